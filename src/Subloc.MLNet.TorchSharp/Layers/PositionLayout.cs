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

    private const long ChannelBlock = 16;

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
        if (IsProduct(features, weight.shape[2], stride))
            return Multiply(features, weight, bias, stride, sides);

        if (!NeedsBlocks(features, weight))
            return Image(features, weight, bias, stride, sides);

        long filters = weight.shape[0];
        long channels = MissingInBlock(weight.shape[1]);
        long others = MissingInBlock(filters);
        features = F.pad(features.transpose(1, 2), (0, channels)).transpose(1, 2);
        weight = F.pad(weight, (long[])[0, 0, 0, channels, 0, others]);
        Tensor convolved = Image(features, weight, F.pad(bias, (0, others)), stride, sides);
        return others == 0 ? convolved : convolved.narrow(1, 0, filters).transpose(1, 2).contiguous().transpose(1, 2);
    }

    /// <summary>Whether features are convolved as a matrix product.</summary>
    /// <remarks>
    /// That is faster for many channels in bfloat16. Where libtorch's convolutions are wrong, windows of one position and strides need it, and so does
    /// a single protein, for which libtorch would try NNPACK and warn that this processor is not supported.
    /// </remarks>
    /// <param name="features">[B, D, L].</param>
    /// <param name="width">Positions of a window, K.</param>
    /// <param name="stride">Step between windows.</param>
    internal static bool IsProduct(Tensor features, long width, long stride) =>
        (features.dtype == ScalarType.BFloat16 && features.shape[1] >= WideChannels)
        || ((width == 1 || stride > 1 || features.shape[0] == 1) && !ConvolutionCheck.IsRightOn(features.device));

    /// <summary>Whether libtorch convolves rightly, on this processor, only after zeros made channels and filters multiples of 16.</summary>
    /// <param name="features">[B, D, L].</param>
    /// <param name="weight">[F, D, K].</param>
    internal static bool NeedsBlocks(Tensor features, Tensor weight) =>
        (weight.shape[0] % ChannelBlock != 0 || weight.shape[1] % ChannelBlock != 0) && !ConvolutionCheck.IsRightOn(features.device);

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

    private static Tensor Image(Tensor features, Tensor weight, Tensor bias, long stride, long sides) =>
        F.conv2d(features.unsqueeze(2), weight.unsqueeze(2), bias, strides: [1, stride], padding: [0, sides]).squeeze(2);

    private static long MissingInBlock(long channels) => (ChannelBlock - (channels % ChannelBlock)) % ChannelBlock;

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
