using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Layers;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Batching;

/// <summary>Proteins as residue tokens.</summary>
internal sealed class TokenSet : ProteinSet
{
    private readonly List<byte[]> _tokens = [];

    public override int Count => _tokens.Count;

    /// <summary>Adds a protein; zeros behind its last token are padding and are not kept.</summary>
    /// <exception cref="InvalidDataException">Every token is padding, or padding stands before a residue.</exception>
    public void Add(ReadOnlySpan<byte> tokens, int label)
    {
        ReadOnlySpan<byte> residues = tokens.TrimEnd(Alphabet.Padding);
        if (residues.IsEmpty)
            throw new InvalidDataException("A protein has no residue: all its tokens are missing; leave such rows out.");
        if (residues.Contains(Alphabet.Padding))
            throw new InvalidDataException($"A protein's token at position {residues.IndexOf(Alphabet.Padding) + 1} is missing, but later ones are not; padding must stand at the end.");

        _tokens.Add(residues.ToArray());
        AddLabel(label);
    }

    public override int LengthOf(int protein) => _tokens[protein].Length;

    public override void Clear()
    {
        _tokens.Clear();
        base.Clear();
    }

    public override Batch Assemble(ReadOnlySpan<int> proteins, int length)
    {
        Tensor residues = zeros([proteins.Length, length], ScalarType.Byte);
        Span<byte> all = residues.bytes;
        for (int i = 0; i < proteins.Length; i++)
            _tokens[proteins[i]].CopyTo(all[(i * length)..]);

        return new Batch(residues, ResidueChannels.Mask(residues));
    }

    public override string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < Count; i++)
        {
            hash.AppendData(MemoryMarshal.AsBytes([_tokens[i].Length, Labels[i]]));
            hash.AppendData(_tokens[i]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
