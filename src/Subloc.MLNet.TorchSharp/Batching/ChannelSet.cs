using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Batching;

/// <summary>Proteins as channels with a mask of their own, such as profiles.</summary>
internal sealed class ChannelSet(int channels) : ProteinSet
{
    private readonly List<float[]> _channels = [];

    public override int Count => _channels.Count;

    /// <summary>Adds a protein; positions behind its last residue are padding and are not kept.</summary>
    /// <param name="values">Channels [L, D], row-major.</param>
    /// <param name="mask">[L]; a position counts as a residue where this is not zero. Empty means every position does.</param>
    /// <param name="label">Class index.</param>
    /// <exception cref="InvalidDataException">No position is a residue, padding stands before one, or a channel is not finite.</exception>
    public void Add(ReadOnlySpan<float> values, ReadOnlySpan<float> mask, int label)
    {
        int length = mask.IsEmpty ? values.Length / channels : mask.TrimEnd(0f).Length;
        if (length == 0)
            throw new InvalidDataException("A protein has no residue: its mask is zero everywhere; leave such rows out.");

        int gap = mask.IsEmpty ? -1 : mask[..length].IndexOf(0f);
        if (gap >= 0)
            throw new InvalidDataException($"A protein's mask is zero at position {gap + 1} and not behind it; padding must stand at the end.");

        ReadOnlySpan<float> kept = values[..(length * channels)];
        int bad = kept.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
            throw new InvalidDataException($"A protein has the value {kept[bad]} at position {bad / channels + 1}, channel {bad % channels + 1}; channels must be finite numbers.");

        _channels.Add(kept.ToArray());
        AddLabel(label);
    }

    public override int LengthOf(int protein) => _channels[protein].Length / channels;

    public override void Clear()
    {
        _channels.Clear();
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
            allMasks.Slice(i * length, LengthOf(proteins[i])).Fill(1);
        }

        return new Batch(residues, mask);
    }

    public override string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < Count; i++)
        {
            hash.AppendData(MemoryMarshal.AsBytes([LengthOf(i), Labels[i]]));
            hash.AppendData(MemoryMarshal.AsBytes(_channels[i].AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
