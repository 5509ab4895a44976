using Subloc.MLNet.Reports.Results;

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

    // Ten bins from each length to ten times as much, in logarithms of equal width.
    private const int BinsADecade = 10;

    /// <summary>How many proteins have a length from one bound to below the next one, from the shortest on without gaps.</summary>
    public IReadOnlyList<LengthBin> Bins
    {
        get
        {
            var bins = new List<LengthBin>();
            for (int step = 0; bins.Sum(bin => bin.Count) < All.Count; step++)
            {
                (int from, int below) = (Bound(step), Bound(step + 1));
                int count = All.Count(value => value >= from && value < below);
                if (below > from && bins.Count + count > 0)
                    bins.Add(new LengthBin(from, below, count));
            }

            return bins;
        }
    }

    /// <summary>How many proteins are longer than a length.</summary>
    public int CountAbove(int length) => All.Count(value => value > length);

    private static int Bound(int step) => (int)Math.Ceiling(Math.Pow(10, (double)step / BinsADecade) - 1e-9);
}
