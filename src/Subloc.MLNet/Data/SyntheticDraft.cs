namespace Subloc.MLNet.Data;

/// <summary>A synthetic protein while its signals are planted. Signals replace residues, so its length stays.</summary>
internal sealed class SyntheticDraft(char[] residues, SplitMix64 random)
{
    private readonly List<SyntheticSignalSpan> _signals = [];

    public SplitMix64 Random => random;

    public int Length => residues.Length;

    public string Sequence => new(residues);

    public SyntheticSignalSpan[] Signals => [.. _signals.OrderBy(signal => signal.Start)];

    /// <summary>Writes a signal and returns the index behind it.</summary>
    public int Plant(SyntheticSignalKind kind, int start, string text)
    {
        text.CopyTo(residues.AsSpan(start));
        _signals.Add(new SyntheticSignalSpan(kind, start, text.Length));
        return start + text.Length;
    }

    public void PlantAtEnd(SyntheticSignalKind kind, string text) => Plant(kind, Length - text.Length, text);

    /// <summary>Writes a signal at a random free place from an index on, or nowhere where no place is found.</summary>
    public void PlantInside(SyntheticSignalKind kind, int from, string text)
    {
        int places = Length - text.Length - 8 - from;
        for (int attempt = 0; attempt < 50 && places > 0; attempt++)
        {
            int start = from + random.Next(places);
            if (!IsFree(start - 1, text.Length + 2))
                continue;

            Plant(kind, start, text);
            return;
        }
    }

    /// <summary>Writes a transmembrane helix with basic residues on its cytosolic side, and returns the index behind the helix.</summary>
    public int PlantHelix(int start, int length, bool cytosolBefore)
    {
        int end = Plant(SyntheticSignalKind.TransmembraneHelix, start, SyntheticMotifs.TransmembraneHelix(random, length));
        int flank = cytosolBefore ? start - 3 : end;
        for (int i = Math.Max(1, flank); i < Math.Min(flank + 3, Length); i++)
            if (IsFree(i, 1))
                residues[i] = random.Pick("KKRR");

        return end;
    }

    private bool IsFree(int start, int length)
        => _signals.TrueForAll(signal => start + length <= signal.Start || start >= signal.Start + signal.Length);
}
