namespace Subloc.MLNet.Motifs;

/// <summary>Finds short signals that count at an end of a protein only.</summary>
internal static class TerminalSignals
{
    private const int LastStart = 30;
    private const int SecondLength = 9;

    /// <summary>The last residues, each one of some letters.</summary>
    public static IEnumerable<MotifPlace> FindAtEnd(string sequence, params string[] letters)
    {
        int start = sequence.Length - letters.Length;
        if (start >= 0 && letters.Index().All(place => place.Item.Contains(sequence[start + place.Index], StringComparison.Ordinal)))
            yield return new MotifPlace(start, letters.Length, $"ends in {sequence[start..]}");
    }

    /// <summary>K-K-X-X or K-X-K-X-X at the end.</summary>
    public static IEnumerable<MotifPlace> FindDilysine(string sequence)
    {
        int end = sequence.Length;
        if (end < 4)
            yield break;
        if (sequence[end - 4] == 'K' && sequence[end - 3] == 'K')
            yield return new MotifPlace(end - 4, 4, $"ends in {sequence[(end - 4)..]}");
        else if (end >= 5 && sequence[end - 5] == 'K' && sequence[end - 3] == 'K')
            yield return new MotifPlace(end - 5, 5, $"ends in {sequence[(end - 5)..]}");
    }

    /// <summary>(R/K)-(L/V/I/Q)-X5-(H/Q)-(L/A) near the start.</summary>
    public static IEnumerable<MotifPlace> FindPeroxisomal2(string sequence)
    {
        for (int i = 0; i < LastStart && i + SecondLength <= sequence.Length; i++)
        {
            if (sequence[i] is 'R' or 'K' && sequence[i + 1] is 'L' or 'V' or 'I' or 'Q' && sequence[i + 7] is 'H' or 'Q' && sequence[i + 8] is 'L' or 'A')
            {
                yield return new MotifPlace(i, SecondLength, $"{sequence.AsSpan(i, SecondLength)} near the start");
                yield break;
            }
        }
    }
}
