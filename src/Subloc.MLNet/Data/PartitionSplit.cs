namespace Subloc.MLNet.Data;

/// <summary>Sets whole homology partitions aside, for example for early stopping.</summary>
/// <remarks>A split at random inside partitions leaves relatives on both sides, and the held-out score reads too high.</remarks>
public static class PartitionSplit
{
    /// <summary>Chooses partitions in random order until they hold a fraction of all rows.</summary>
    /// <param name="partitionOfRow">Partition of each row, in any order; at least two different ones.</param>
    /// <param name="fraction">Fraction of rows to reach, above 0 and below 1. Partitions are whole, so it is usually exceeded.</param>
    /// <param name="seed">Seed of the order. The choice depends on the rows of each partition, not on the order of the rows.</param>
    /// <returns>
    /// At least one partition and never all of them, even if the fraction is then not reached. A partition that would bring the
    /// chosen rows above half of all is passed over, unless every partition would.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two partitions, or the fraction is outside its range.</exception>
    public static IReadOnlySet<uint> Choose(IReadOnlyList<uint> partitionOfRow, double fraction, int seed)
    {
        ArgumentNullException.ThrowIfNull(partitionOfRow);
        if (!(fraction > 0 && fraction < 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The fraction must lie between 0 and 1.");

        KeyValuePair<uint, int>[] partitions = [.. partitionOfRow.CountBy(partition => partition).OrderBy(partition => partition.Key)];
        if (partitions.Length < 2)
        {
            throw new ArgumentOutOfRangeException(
                nameof(partitionOfRow), $"The rows hold {partitions.Length} partitions, but a split needs at least 2.");
        }

        new SplitMix64(unchecked((ulong)seed)).Shuffle<KeyValuePair<uint, int>>(partitions);
        var chosen = new HashSet<uint>();
        long rows = 0;
        double most = Math.Max(partitionOfRow.Count / 2.0, fraction * partitionOfRow.Count);
        foreach ((uint partition, int count) in partitions)
        {
            if (rows >= fraction * partitionOfRow.Count || chosen.Count == partitions.Length - 1)
                break;
            if (rows + count > most)
                continue;
            chosen.Add(partition);
            rows += count;
        }

        return chosen.Count > 0 ? chosen : new HashSet<uint> { partitions.MinBy(partition => partition.Value).Key };
    }
}
