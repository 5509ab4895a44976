namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>The parts of one sequence that a language model reads.</summary>
internal sealed class SequenceWindows
{
    private SequenceWindows(string residues, int size, int[] starts, EmbeddingKey key)
    {
        Residues = residues;
        Size = size;
        Starts = starts;
        Key = key;
    }

    /// <summary>Names the embedding.</summary>
    public EmbeddingKey Key { get; }

    /// <summary>The residues that get a vector.</summary>
    public string Residues { get; }

    /// <summary>Residues of a window.</summary>
    public int Size { get; }

    /// <summary>Where each window begins.</summary>
    public IReadOnlyList<int> Starts { get; }

    /// <summary>Divides a sequence as the options say.</summary>
    /// <param name="residues">As <see cref="ResidueVocabulary.Check"/> gives them.</param>
    /// <param name="options">What is computed.</param>
    /// <param name="vocabulary">The model's tokens.</param>
    /// <exception cref="InvalidDataException">It is too long, and that is an error.</exception>
    public static SequenceWindows Of(string residues, ProteinEmbeddingOptions options, LanguageModelVocabulary vocabulary)
    {
        EmbeddingKey key = EmbeddingKey.Of(residues, options, vocabulary);
        int most = options.MaxResidues;
        if (residues.Length <= most)
            return new SequenceWindows(residues, residues.Length, [0], key);

        switch (options.LongSequences)
        {
            case LongSequences.KeepEnds:
                return new SequenceWindows(KeepEnds(residues, most), most, [0], key);
            case LongSequences.Windows:
                int step = most - options.WindowOverlap;
                int last = residues.Length - most;
                return new SequenceWindows(residues, most, [.. Enumerable.Range(0, (last + step - 1) / step).Select(i => i * step), last], key);
            default:
                throw new InvalidDataException(
                    $"The sequence has {residues.Length} residues, but the language model reads at most {most} at once (MaxResidues); "
                    + "set LongSequences to KeepEnds or Windows, or leave the row out.");
        }
    }

    /// <summary>Share of each window in the vector of each residue: one over the number of windows that hold it.</summary>
    public float[] Shares()
    {
        var shares = new float[Residues.Length];
        foreach (int start in Starts)
        {
            foreach (ref float count in shares.AsSpan(start, Size))
                count++;
        }

        foreach (ref float share in shares.AsSpan())
            share = 1 / share;
        return shares;
    }

    // As EncodeProtein does: an odd length gives the start one residue more.
    private static string KeepEnds(string residues, int length) =>
        string.Concat(residues.AsSpan(0, (length + 1) / 2), residues.AsSpan(residues.Length - length / 2));
}
