using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.Explanation;

/// <summary>Which residues of a sequence a model reads.</summary>
/// <param name="Length">Residues of the sequence.</param>
/// <param name="Count">Residues that are read.</param>
/// <param name="Head">How many of these stand at the start; the others stand at the end.</param>
internal readonly record struct SeenResidues(int Length, int Count, int Head)
{
    /// <summary>What an encoding keeps of a sequence, as <see cref="Sequences.SequenceTokens"/> does.</summary>
    /// <param name="length">Residues of the sequence.</param>
    /// <param name="encoder">The encoding; null where all residues are read.</param>
    public static SeenResidues Of(int length, ProteinEncodingOptions? encoder)
    {
        if (encoder is null || length <= encoder.Length)
            return new SeenResidues(length, length, length);

        int head = encoder.Keep switch
        {
            SequenceEnds.Start => encoder.Length,
            SequenceEnds.End => 0,
            _ => (encoder.Length + 1) / 2,
        };
        return new SeenResidues(length, encoder.Length, head);
    }

    /// <summary>Index, in the sequence, of a residue that is read.</summary>
    public int IndexOf(int seen) => seen < Head ? seen : seen + Length - Count;

    /// <summary>Puts values of the residues that are read into their places; zeros stand elsewhere.</summary>
    public float[] Spread(ReadOnlySpan<float> values)
    {
        var all = new float[Length];
        values[..Head].CopyTo(all);
        values[Head..Count].CopyTo(all.AsSpan(Length - Count + Head));
        return all;
    }
}
