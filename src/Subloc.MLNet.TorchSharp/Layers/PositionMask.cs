using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Which positions of a padded batch belong to its proteins, with what the layers derive from it.</summary>
/// <remarks>
/// The proteins stand at the left, padding at the right. The tensors belong to the dispose scope in which the mask is made.
/// </remarks>
internal sealed class PositionMask
{
    private readonly Tensor _mask;

    /// <summary>Derives the counts; on a GPU this waits for it once.</summary>
    /// <param name="mask">[B, L], bool, true on residues.</param>
    /// <param name="type">Type of the features that <see cref="Factor"/> multiplies.</param>
    internal PositionMask(Tensor mask, ScalarType type)
    {
        _mask = mask;
        Factor = mask.to_type(type).unsqueeze(1);                   // [B, 1, L]
        Lengths = Factor.sum(-1L);                                  // [B, 1]
        Total = mask.NumberOfElements;
        using var count = mask.count_nonzero();
        Valid = count.item<long>();
    }

    /// <summary>One on residues, zero on padding, [B, 1, L].</summary>
    internal Tensor Factor { get; }

    /// <summary>Positions of each protein, [B, 1].</summary>
    internal Tensor Lengths { get; }

    /// <summary>Positions of all proteins together.</summary>
    internal long Valid { get; }

    /// <summary>Positions of the batch, padding included: B x L.</summary>
    internal long Total { get; }

    /// <summary>Whether there is no padding at all.</summary>
    internal bool IsFull => Valid == Total;

    /// <summary>Zeroes features on padding, in place.</summary>
    /// <param name="features">[B, C, L].</param>
    internal Tensor Zero(Tensor features) => IsFull ? features : features * Factor;

    /// <summary>The mask after a 'same' layer of a stride: ceil(n / stride) of n positions remain.</summary>
    internal PositionMask Strided(long stride) => stride == 1
        ? this
        : new PositionMask(_mask.slice(1, 0, _mask.shape[1], stride), Factor.dtype);
}
