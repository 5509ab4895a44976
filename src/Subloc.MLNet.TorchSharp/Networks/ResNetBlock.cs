namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>One residual block of a <see cref="ResNet"/>.</summary>
/// <param name="Width">Channels of its output; at least 1, a multiple of 4 for bottlenecks.</param>
/// <param name="Stride">Step between its output positions; at least 1.</param>
public sealed record ResNetBlock(int Width, int Stride = 1);
