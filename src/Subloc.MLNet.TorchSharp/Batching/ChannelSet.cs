using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Batching;

/// <summary>Proteins as channels with a mask of their own, such as profiles.</summary>
internal sealed class ChannelSet(int channels) : ProteinSet
{
    private readonly List<float[]> _channels = [];
    private readonly List<byte[]> _masks = [];

    public override int Count => _channels.Count;

    /// <summary>Adds a protein; positions behind its last residue are padding and are not kept.</summary>
    /// <param name="values">Channels [L, D], row-major.</param>
    /// <param name="mask">[L]; a position counts as a residue where this is not zero. Empty means every position does.</param>
    /// <param name="label">Class index.</param>
    /// <exception cref="InvalidDataException">No position is a residue, or a channel of one is not finite.</exception>
    public void Add(ReadOnlySpan<float> values, ReadOnlySpan<float> mask, int label)
    {
        int length = mask.IsEmpty ? values.Length / channels : mask.TrimEnd(0f).Length;
        if (length == 0)
            throw new InvalidDataException("A protein has no residue: its mask is zero everywhere; leave such rows out.");

        var valid = new byte[length];
        for (int i = 0; i < length; i++)
            valid[i] = mask.IsEmpty || mask[i] != 0 ? (byte)1 : (byte)0;

        ReadOnlySpan<float> kept = values[..(length * channels)];
        int bad = kept.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
            throw new InvalidDataException($"A protein has the value {kept[bad]} at position {bad / channels + 1}, channel {bad % channels + 1}; channels must be finite numbers.");

        _channels.Add(kept.ToArray());
        _masks.Add(valid);
        AddLabel(label);
    }

    public override int LengthOf(int protein) => _masks[protein].Length;

    public override void Clear()
    {
        _channels.Clear();
        _masks.Clear();
        base.Clear();
    }

    public override Batch Assemble(ReadOnlySpan<int> proteins, int length)
    {
        Tensor residues = zeros([proteins.Length, length, channels], ScalarType.Float32);
        Tensor mask = zeros([proteins.Length, length], ScalarType.Bool);
        Span<float> allResidues = MemoryMarshal.Cast<byte, float>(residues.bytes);
        Span<byte> allMasks = mask.bytes;
        for (int i = 0; i < proteins.Length; i++)
        {
            _channels[proteins[i]].CopyTo(allResidues[(i * length * channels)..]);
            _masks[proteins[i]].CopyTo(allMasks[(i * length)..]);
        }

        return new Batch(residues, mask);
    }

    public override string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < Count; i++)
        {
            hash.AppendData(MemoryMarshal.AsBytes([_masks[i].Length, Labels[i]]));
            hash.AppendData(_masks[i]);
            hash.AppendData(MemoryMarshal.AsBytes(_channels[i].AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
