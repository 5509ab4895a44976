using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Operations on features [B, C, L] that lie in memory position by position, all channels of a position together.</summary>
/// <remarks>
/// libtorch keeps this layout ("channels last") only for images, so features pass as images of height one; that is a view. Convolutions
/// need not rearrange such features, and normalisation and pooling read them in one sweep. Weights are converted to the features' type.
/// </remarks>
internal static class PositionLayout
{
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
    internal static Tensor Convolve(Tensor features, Tensor weight, Tensor bias, long stride, long sides) => F.conv2d(
        features.unsqueeze(2), weight.to_type(features.dtype).unsqueeze(2), bias.to_type(features.dtype), strides: [1, stride], padding: [0, sides]).squeeze(2);

    /// <summary>The largest value of each window; a last window may reach over the end.</summary>
    /// <param name="features">[B, C, L].</param>
    /// <param name="width">Positions of a window.</param>
    /// <param name="stride">Step between windows.</param>
    /// <param name="sides">Positions added before and behind that never win.</param>
    /// <param name="partial">Whether a last window that reaches over the end counts.</param>
    internal static Tensor MaxPool(Tensor features, long width, long stride, long sides = 0, bool partial = false) =>
        F.max_pool2d(features.unsqueeze(2), [1, width], [1, stride], [0, sides], ceil_mode: partial).squeeze(2);

    /// <summary>Puts zeros before and behind.</summary>
    /// <param name="features">[B, C, L].</param>
    /// <param name="left">Zeros before.</param>
    /// <param name="right">Zeros behind.</param>
    internal static Tensor Pad(Tensor features, long left, long right) =>
        F.pad(features.unsqueeze(2), (left, right)).squeeze(2);
}
