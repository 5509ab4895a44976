using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Operations on features [B, C, L] that lie in memory position by position, all channels of a position together.</summary>
/// <remarks>
/// libtorch keeps this layout ("channels last") only for images, so features pass as images of height one; that is a view. Convolutions
/// need not rearrange such features, and normalisation and pooling read them in one sweep. Operations in place are avoided: on a view,
/// they make the backward pass copy. Weights are converted to the type of the features.
/// </remarks>
internal static class PositionLayout
{
    // From here on libtorch's bfloat16 matrix product is faster than its convolution, copies included (up to twice at 512 channels).
    private const long WideChannels = 256;

    /// <summary>Convolves with a layer's weights.</summary>
    /// <param name="features">[B, D, L], float32 or bfloat16.</param>
    /// <param name="layer">Weights [F, D, K] and bias [F], float32.</param>
    /// <param name="stride">Step between windows.</param>
    /// <param name="sides">Zeros put before and behind.</param>
    /// <returns>[B, F, windows], of the features' type.</returns>
    internal static Tensor Convolve(Tensor features, Conv1d layer, long stride = 1, long sides = 0) =>
        Convolve(features, layer.weight!, layer.bias!, stride, sides);

    /// <inheritdoc cref="Convolve(Tensor, Conv1d, long, long)"/>
    /// <param name="features">[B, D, L], float32 or bfloat16.</param>
    /// <param name="weight">[F, D, K].</param>
    /// <param name="bias">[F].</param>
    /// <param name="stride">Step between windows.</param>
    /// <param name="sides">Zeros put before and behind.</param>
    internal static Tensor Convolve(Tensor features, Tensor weight, Tensor bias, long stride, long sides)
    {
        weight = weight.to_type(features.dtype);
        bias = bias.to_type(features.dtype);
        return IsProduct(features)
            ? Multiply(features, weight, bias, stride, sides)
            : F.conv2d(features.unsqueeze(2), weight.unsqueeze(2), bias, strides: [1, stride], padding: [0, sides]).squeeze(2);
    }

    /// <summary>Whether features are convolved as a matrix product: where that is faster, or libtorch's convolutions are wrong on this processor.</summary>
    /// <param name="features">[B, D, L].</param>
    internal static bool IsProduct(Tensor features) =>
        (features.dtype == ScalarType.BFloat16 && features.shape[1] >= WideChannels) || !ConvolutionCheck.IsRightOn(features.device);

    /// <summary>The largest value of each window.</summary>
    /// <param name="features">[B, C, L].</param>
    /// <param name="width">Positions of a window.</param>
    /// <param name="stride">Step between windows.</param>
    /// <param name="sides">Positions added before and behind that never win.</param>
    internal static Tensor MaxPool(Tensor features, long width, long stride, long sides = 0) =>
        F.max_pool2d(features.unsqueeze(2), [1, width], [1, stride], [0, sides]).squeeze(2);

    /// <summary>Puts zeros before and behind.</summary>
    /// <param name="features">[B, C, L].</param>
    /// <param name="left">Zeros before.</param>
    /// <param name="right">Zeros behind.</param>
    internal static Tensor Pad(Tensor features, long left, long right) =>
        F.pad(features.unsqueeze(2), (left, right)).squeeze(2);

    /// <summary>The positions of all proteins as rows: [B, C, L] to [B x L, C], a view.</summary>
    internal static Tensor Rows(Tensor features) => features.transpose(1, 2).flatten(0, 1);

    /// <summary>Rows as features again: [B x L, C] to [B, C, L], a view.</summary>
    /// <param name="rows">[B x L, C].</param>
    /// <param name="batch">B.</param>
    internal static Tensor FromRows(Tensor rows, long batch) => rows.view(batch, -1, rows.shape[1]).transpose(1, 2);

    // The windows side by side, times the weights of a whole window.
    private static Tensor Multiply(Tensor features, Tensor weight, Tensor bias, long stride, long sides)
    {
        using var scope = NewDisposeScope();
        long width = weight.shape[2];
        Tensor positions = features.transpose(1, 2);                                        // [B, L, D]
        if (sides > 0)
            positions = F.pad(positions, (0, 0, sides, sides));                             // [B, L + 2 sides, D]
        long last = (positions.shape[1] - width) / stride * stride;
        Tensor windows = cat([.. LongRange(width).Select(offset => positions.slice(1, offset, offset + last + 1, stride))], 2); // [B, windows, K x D]
        Tensor flat = weight.transpose(1, 2).flatten(1);                                    // [F, K x D]
        return F.linear(windows, flat, bias).transpose(1, 2).MoveToOuterDisposeScope();     // [B, F, windows]
    }

    private static IEnumerable<long> LongRange(long count)
    {
        for (long i = 0; i < count; i++)
            yield return i;
    }
}
