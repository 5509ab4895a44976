using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Keras' 'same' padding of a window, made independent of how far a batch is padded.</summary>
/// <remarks>
/// Keras splits the padding by the parity of the input's length, an odd one more on the right. Here the left share is fixed
/// when the layer is built, from the full input length, where both agree; a shorter input gets the same left share and on the
/// right what ceil(n / stride) windows need. A window thus covers the same positions of a protein in every batch.
/// </remarks>
internal sealed class SamePadding
{
    private readonly long _kernel;
    private readonly long _stride;
    private readonly long _left;

    /// <summary>Fixes the left share.</summary>
    /// <param name="fullLength">Positions that the layer reads at the network's full input length.</param>
    /// <param name="kernel">Width of the window.</param>
    /// <param name="stride">Step between windows.</param>
    internal SamePadding(long fullLength, long kernel, long stride)
    {
        _kernel = kernel;
        _stride = stride;
        _left = Math.Max(0, Covered(fullLength) - fullLength) / 2;
    }

    /// <summary>Pads an input, or leaves it to the layer where both shares are equal.</summary>
    /// <param name="features">[B, C, L].</param>
    /// <returns>The features, [B, C, L or wider], and the padding on each side that the layer itself is to add.</returns>
    internal (Tensor Features, long Sides) Apply(Tensor features)
    {
        long length = features.shape[2];
        long right = Math.Max(0, Covered(length) - length - _left);
        return right == _left ? (features, _left) : (PositionLayout.Pad(features, _left, right), 0);
    }

    /// <summary>Paddings before and behind that give the same windows for every length, where windows that do not fit are left out.</summary>
    internal (long Left, long Right) Shares => (_left, Math.Max(0, _kernel - 1 - _left));

    /// <summary>Windows over <paramref name="length"/> positions: ceil(length / stride).</summary>
    internal static long Windows(long length, long stride) => (length + stride - 1) / stride;

    private long Covered(long length) => (Windows(length, _stride) - 1) * _stride + _kernel;
}
