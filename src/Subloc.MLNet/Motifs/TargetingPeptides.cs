using System.Buffers;
using System.Globalization;

namespace Subloc.MLNet.Motifs;

/// <summary>Finds shapes that targeting peptides at the start of a protein have.</summary>
internal static class TargetingPeptides
{
    private const int Core = 7;
    private const double CoreHydropathy = 1.9;
    private const int LastCoreStart = 20;
    private const int ShortestPeptide = 13;
    private const int LongestPeptide = 45;

    // From the end of the hydrophobic residues to the cleavage site.
    private const int LongestCleavageRegion = 8;
    private const int UsualCleavageRegion = 5;

    private const int Helix = 18;
    private const int LastHelixStart = 12;
    private const double HelixMoment = 0.4;

    private static readonly SearchValues<char> _notInCore = SearchValues.Create("DEKRNQH");

    /// <summary>n-, h- and c-region with a cleavage site that follows the (-3, -1) rule.</summary>
    public static IEnumerable<MotifPlace> FindSignalPeptide(string sequence)
    {
        int core = FindCore(sequence);
        if (core < 0)
            yield break;

        int coreEnd = core + Core;
        while (coreEnd < sequence.Length && Hydropathy.KyteDoolittle(sequence[coreEnd]) >= 1.8f)
            coreEnd++;

        int best = -1, bestRank = int.MinValue;
        int last = Math.Min(Math.Min(coreEnd + LongestCleavageRegion, LongestPeptide), sequence.Length - 1);
        for (int end = Math.Max(core + Core + 3, ShortestPeptide); end <= last; end++)
        {
            if (!CanBeCleaved(sequence, end))
                continue;

            // What most natural sites have: alanine, else glycine or serine, at -1, alanine or valine at -3; and five residues from the core on.
            int rank = 100 * ((sequence[end - 1] switch { 'A' => 2, 'G' or 'S' => 1, _ => 0 }) + (sequence[end - 3] is 'A' or 'V' ? 2 : 1))
                - Math.Abs(end - coreEnd - UsualCleavageRegion);
            if (rank > bestRank)
                (best, bestRank) = (end, rank);
        }

        if (best > 0)
        {
            yield return new MotifPlace(
                0, best, $"hydrophobic from {core + 1} to {coreEnd}, cleavage behind {sequence.AsSpan(best - 3, 3)}");
        }
    }

    /// <summary>An amphipathic helix with arginines before the first acidic residue.</summary>
    public static IEnumerable<MotifPlace> FindPresequence(string sequence)
    {
        int acidic = sequence.AsSpan().IndexOfAny('D', 'E');
        ReadOnlySpan<char> start = acidic < 0 ? sequence : sequence.AsSpan(0, acidic);
        int best = -1;
        double bestMoment = HelixMoment;
        for (int i = 0; i < LastHelixStart && i + Helix <= start.Length; i++)
        {
            ReadOnlySpan<char> helix = start.Slice(i, Helix);
            double moment = Hydropathy.Moment(helix);
            if (moment >= bestMoment && NuclearSignals.CountBasic(helix) >= 3 && helix.Count('R') >= 2 && !HasLongCore(helix))
                (best, bestMoment) = (i, moment);
        }

        return best < 0 ? [] : [new MotifPlace(best, Helix, string.Create(
            CultureInfo.InvariantCulture, $"hydrophobic moment {bestMoment:F2}, {NuclearSignals.CountBasic(start.Slice(best, Helix))} basic residues, no acidic one before"))];
    }

    // The most hydrophobic stretch behind a positive start; -1 where there is none.
    private static int FindCore(string sequence)
    {
        int best = -1;
        double bestMean = CoreHydropathy;
        for (int i = 2; i < LastCoreStart && i + Core <= sequence.Length; i++)
        {
            ReadOnlySpan<char> before = sequence.AsSpan(0, i);
            double mean = Hydropathy.Mean(sequence.AsSpan(i, Core));
            if (mean < bestMean || (mean == bestMean && best >= 0) || sequence.AsSpan(i, Core).ContainsAny(_notInCore))
                continue;
            if (NuclearSignals.CountBasic(before) > before.Count('D') + before.Count('E'))
                (best, bestMean) = (i, mean);
        }

        return best;
    }

    private static bool CanBeCleaved(string sequence, int end) =>
        sequence[end - 1] is 'A' or 'C' or 'G' or 'S' or 'T'
        && sequence[end - 3] is 'A' or 'C' or 'G' or 'S' or 'T' or 'I' or 'L' or 'V'
        && !sequence.AsSpan(end - 3, 4).Contains('P');

    private static bool HasLongCore(ReadOnlySpan<char> residues)
    {
        for (int i = 0; i + Core + 1 <= residues.Length; i++)
        {
            ReadOnlySpan<char> stretch = residues.Slice(i, Core + 1);
            if (NuclearSignals.CountBasic(stretch) == 0 && Hydropathy.Mean(stretch) >= CoreHydropathy)
                return true;
        }

        return false;
    }
}
