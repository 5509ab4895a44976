using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.Batching;

/// <summary>Proteins as residue tokens.</summary>
/// <param name="cacheBytes">Bytes of residues that stay in memory. Default: all.</param>
internal sealed class TokenSet(long cacheBytes = long.MaxValue) : ProteinSet(sizeof(byte), cacheBytes)
{
    /// <summary>Adds a protein; zeros behind its last token are padding and are not kept.</summary>
    /// <exception cref="InvalidDataException">Every token is padding, or padding stands before a residue.</exception>
    /// <exception cref="IOException">The temporary file cannot be written.</exception>
    public void Add(ReadOnlySpan<byte> tokens, int label)
    {
        ReadOnlySpan<byte> residues = tokens.TrimEnd(Alphabet.Padding);
        if (residues.IsEmpty)
            throw new InvalidDataException("A protein has no residue: all its tokens are missing; leave such rows out.");
        if (residues.Contains(Alphabet.Padding))
            throw new InvalidDataException($"A protein's token at position {residues.IndexOf(Alphabet.Padding) + 1} is missing, but later ones are not; padding must stand at the end.");

        Keep(residues, label);
    }
}
