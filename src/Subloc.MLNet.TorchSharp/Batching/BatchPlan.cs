namespace Subloc.MLNet.TorchSharp.Batching;

/// <summary>Divides proteins into batches so that little of a batch is padding.</summary>
/// <remarks>
/// Proteins are shuffled, cut into pools of 50 batches, sorted by length inside each pool and cut into batches, whose order
/// is shuffled again. The shuffles depend on the seed and the epoch only. A network that needs a fixed length gets plain
/// shuffled batches.
/// </remarks>
internal sealed class BatchPlan
{
    private const int PoolBatches = 50;
    private const int LengthStep = 16;

    private readonly ProteinSet _set;
    private readonly int _batchSize;
    private readonly int _length;
    private readonly bool _fixed;

    /// <param name="set">The proteins.</param>
    /// <param name="batchSize">Proteins in a batch; the last one may be smaller.</param>
    /// <param name="length">Positions of the longest input, L.</param>
    /// <param name="isFixed">Whether every batch is padded to L, or only to its own longest protein.</param>
    public BatchPlan(ProteinSet set, int batchSize, int length, bool isFixed)
    {
        _set = set;
        _batchSize = batchSize;
        _length = length;
        _fixed = isFixed;
    }

    /// <summary>Batches of an epoch, as indices of proteins.</summary>
    public List<int[]> Shuffle(IReadOnlyList<int> proteins, int seed, int epoch)
    {
        var random = new Random(unchecked(seed * 1_000_003 + epoch));
        int[] order = [.. proteins];
        random.Shuffle(order);
        List<int[]> batches = Cut(order, sortPools: !_fixed);
        int[][] shuffled = [.. batches];
        random.Shuffle(shuffled);
        return [.. shuffled];
    }

    /// <summary>Batches for scoring: longest proteins last, the same each time.</summary>
    public List<int[]> InOrder(IReadOnlyList<int> proteins)
    {
        int[] order = [.. proteins];
        if (!_fixed)
            SortByLength(order);

        return Cut(order, sortPools: false);
    }

    /// <summary>Positions that a batch is padded to.</summary>
    public int LengthOf(ReadOnlySpan<int> batch)
    {
        if (_fixed)
            return _length;

        int longest = 1;
        foreach (int protein in batch)
            longest = Math.Max(longest, _set.LengthOf(protein));

        return Math.Min((longest + LengthStep - 1) / LengthStep * LengthStep, _length);
    }

    private List<int[]> Cut(int[] order, bool sortPools)
    {
        int pool = PoolBatches * _batchSize;
        for (int start = 0; sortPools && start < order.Length; start += pool)
            SortByLength(order.AsSpan(start, Math.Min(pool, order.Length - start)));

        return [.. order.Chunk(_batchSize)];
    }

    // Ties are broken by index: Sort is not stable, and equal seeds must give equal batches.
    private void SortByLength(Span<int> proteins) => proteins.Sort((a, b) =>
    {
        int byLength = _set.LengthOf(a).CompareTo(_set.LengthOf(b));
        return byLength != 0 ? byLength : a.CompareTo(b);
    });
}
