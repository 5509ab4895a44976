namespace Subloc.Cli.Data;

/// <summary>Lengths of proteins, in residues.</summary>
/// <param name="Shortest">The least length.</param>
/// <param name="Median">The middle length; of two middle ones the lower.</param>
/// <param name="Longest">The greatest length.</param>
/// <param name="All">All lengths, in rising order.</param>
internal sealed record LengthSummary(int Shortest, int Median, int Longest, [property: System.Text.Json.Serialization.JsonIgnore] IReadOnlyList<int> All)
{
    /// <summary>Summarises lengths; null where there are none.</summary>
    public static LengthSummary? Of(IEnumerable<int> lengths)
    {
        int[] all = [.. lengths.Order()];
        return all.Length == 0 ? null : new LengthSummary(all[0], all[(all.Length - 1) / 2], all[^1], all);
    }

    /// <summary>How many proteins are longer than a length.</summary>
    public int CountAbove(int length) => All.Count(value => value > length);
}
