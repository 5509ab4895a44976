using System.Runtime.InteropServices;
using Subloc.MLNet.Batching;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Batching;

/// <summary>Input of a network, on the CPU, and the true classes. Belongs to who disposes it, not to a dispose scope.</summary>
/// <param name="Residues">Tokens [B, L] (uint8), or channels [B, L, D] (float32); zero on padding.</param>
/// <param name="Mask">[B, L] (bool), true on residues.</param>
/// <param name="Labels">Class indices [B] (int64).</param>
/// <remarks>How proteins are put into batches is told at <see cref="Training.ProteinNetworkTrainer"/>.</remarks>
internal sealed record Batch(Tensor Residues, Tensor Mask, Tensor Labels) : IDisposable
{
    /// <summary>Makes a batch whose values are to be filled in. Only this part of making a batch uses libtorch.</summary>
    /// <param name="set">Where its proteins will come from.</param>
    /// <param name="count">Proteins in the batch.</param>
    /// <param name="length">Positions to pad to.</param>
    /// <exception cref="InvalidOperationException">The batch would take 2 GiB or more.</exception>
    public static Batch Allocate(ProteinSet set, int count, int length)
    {
        if ((long)count * length * set.PositionBytes > int.MaxValue)
            throw new InvalidOperationException($"A batch of {count} proteins of {length} positions takes more than 2 GiB; lower BatchTokens or BatchSize.");

        Tensor residues = set is ChannelSet { Channels: int channels }
            ? empty([count, length, channels], ScalarType.Float32)
            : empty([count, length], ScalarType.Byte);
        return new Batch(
            residues.DetachFromDisposeScope(),
            empty([count, length], ScalarType.Bool).DetachFromDisposeScope(),
            empty([count], ScalarType.Int64).DetachFromDisposeScope());
    }

    /// <summary>Fills the batch in; on any thread.</summary>
    /// <param name="set">Where the proteins are.</param>
    /// <param name="proteins">Which proteins, in the order of the batch; none longer than its positions.</param>
    public void Fill(ProteinSet set, ReadOnlySpan<int> proteins)
    {
        // Each of these asks libtorch for an address, so once a batch.
        Span<byte> residues = Residues.bytes;
        Span<byte> mask = Mask.bytes;
        Span<long> labels = MemoryMarshal.Cast<byte, long>(Labels.bytes);
        int length = mask.Length / proteins.Length;
        set.CopyResidues(proteins, length, residues);
        set.CopyMask(proteins, length, (byte)1, mask);
        for (int i = 0; i < proteins.Length; i++)
            labels[i] = set.Labels[proteins[i]];
    }

    public void Dispose()
    {
        Residues.Dispose();
        Mask.Dispose();
        Labels.Dispose();
    }
}
