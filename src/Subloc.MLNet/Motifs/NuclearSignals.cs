namespace Subloc.MLNet.Motifs;

/// <summary>Finds classical nuclear localization signals.</summary>
internal static class NuclearSignals
{
    /// <summary>K-(K/R)-X-(K/R); places that overlap are one.</summary>
    public static IEnumerable<MotifPlace> FindMonopartite(string sequence)
    {
        int start = -1, end = -1;
        for (int i = 0; i + 4 <= sequence.Length; i++)
        {
            if (sequence[i] != 'K' || !IsBasic(sequence[i + 1]) || !IsBasic(sequence[i + 3]))
                continue;
            if (i >= end && start >= 0)
                yield return Place(sequence, start, end);
            if (i >= end)
                start = i;
            end = i + 4;
        }

        if (start >= 0)
            yield return Place(sequence, start, end);
    }

    /// <summary>Two clusters of basic residues; the nearest second one counts, and the search goes on behind it.</summary>
    public static IEnumerable<MotifPlace> FindBipartite(string sequence)
    {
        for (int i = 0; i + 17 <= sequence.Length; i++)
        {
            if (!IsBasic(sequence[i]) || !IsBasic(sequence[i + 1]))
                continue;

            for (int spacer = 10; spacer <= 12 && i + 7 + spacer <= sequence.Length; spacer++)
            {
                int second = i + 2 + spacer, basic = CountBasic(sequence.AsSpan(second, 5));
                if (basic < 3)
                    continue;

                yield return new MotifPlace(i, 7 + spacer, $"{sequence[i..(i + 2)]}, {spacer} residues, {sequence[second..(second + 5)]}");
                i += 6 + spacer;
                break;
            }
        }
    }

    /// <summary>Arginines and lysines.</summary>
    public static int CountBasic(ReadOnlySpan<char> residues) => residues.Count('K') + residues.Count('R');

    private static MotifPlace Place(string sequence, int start, int end) => new(start, end - start, $"{sequence[start..end]} fits K-(K/R)-X-(K/R)");

    private static bool IsBasic(char residue) => residue is 'K' or 'R';
}
