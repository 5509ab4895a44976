using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>A convolution's weights and how they are used.</summary>
/// <param name="Kernel">[C, D, K], float32; null where nothing is convolved.</param>
/// <param name="Bias">[C], float32; null with the kernel.</param>
/// <param name="Stride">Step between windows.</param>
/// <param name="Sides">Zeros put before and behind.</param>
internal sealed record KernelUse(Tensor? Kernel, Tensor? Bias, int Stride, int Sides)
{
    /// <summary>No convolution.</summary>
    public static KernelUse None { get; } = new(null, null, 1, 0);
}
