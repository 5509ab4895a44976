using System.Runtime.InteropServices;

namespace Subloc.MLNet.Batching;

/// <summary>Proteins as channels with a mask of their own, such as profiles.</summary>
/// <param name="channels">Channels of a position, D.</param>
/// <param name="cacheBytes">Bytes of channels that stay in memory. Default: all.</param>
internal sealed class ChannelSet(int channels, long cacheBytes = long.MaxValue) : ProteinSet(channels * sizeof(float), cacheBytes)
{
    /// <summary>Channels of a position, D.</summary>
    public int Channels => channels;

    /// <summary>Adds a protein; positions behind its last residue are padding and are not kept.</summary>
    /// <param name="values">Channels [L, D], row-major.</param>
    /// <param name="mask">[L]; a position counts as a residue where this is not zero. Empty means every position does.</param>
    /// <param name="label">Class index.</param>
    /// <exception cref="InvalidDataException">No position is a residue, padding stands before one, or a channel is not finite.</exception>
    /// <exception cref="IOException">The temporary file cannot be written.</exception>
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

        Keep(MemoryMarshal.AsBytes(kept), label);
    }
}
