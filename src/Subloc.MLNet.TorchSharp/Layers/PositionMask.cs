using Subloc.MLNet.TorchSharp.Native;
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
    internal PositionMask(Tensor mask)
    {
        _mask = mask;
        Padding = mask.logical_not().flatten().nonzero().flatten();             // [P]
        Total = mask.NumberOfElements;
        Valid = Total - Padding.NumberOfElements;
    }

    /// <summary>Numbers of the padded positions, protein after protein: [P], int64.</summary>
    internal Tensor Padding { get; }

    /// <summary>Positions of all proteins together.</summary>
    internal long Valid { get; }

    /// <summary>Positions of the batch, padding included: B x L.</summary>
    internal long Total { get; }

    /// <summary>Whether there is no padding at all.</summary>
    internal bool IsFull => Valid == Total;

    /// <summary>Which positions are padding, [B, L], bool.</summary>
    internal Tensor Outside() => _mask.logical_not();

    /// <summary>Positions of each protein, [B, 1], float32.</summary>
    internal Tensor Lengths() => _mask.sum(-1L, keepdim: true).to_type(ScalarType.Float32);

    /// <summary>Numbers of all positions with each protein read backwards; padding stays where it is: [B x L], int64.</summary>
    internal Tensor Backwards()
    {
        Tensor steps = _mask.ones_like(ScalarType.Int64);                       // [B, L]
        Tensor place = steps.cumsum(1) - Numbers.One, last = _mask.sum(-1L, keepdim: true) - Numbers.One;
        Tensor shift = (last - place * Numbers.Of(2L)) * _mask;                 // from a place to last - place
        return (steps.flatten().cumsum(0) - Numbers.One).Plus(shift.flatten());
    }

    /// <summary>Zeroes features on padding, of which there is little: only its rows are written.</summary>
    /// <param name="features">[B, C, L].</param>
    /// <returns>[B, C, L]; a copy where there is padding.</returns>
    internal Tensor Zero(Tensor features) => IsFull
        ? features
        : PositionLayout.FromRows(PositionLayout.Rows(features).index_fill(0, Padding, Numbers.Zero), features.shape[0]);

    /// <summary>The mask after a 'same' layer of a stride: ceil(n / stride) of n positions remain.</summary>
    internal PositionMask Strided(long stride) => stride == 1
        ? this
        : new PositionMask(_mask.slice(1, 0, _mask.shape[1], stride));
}
