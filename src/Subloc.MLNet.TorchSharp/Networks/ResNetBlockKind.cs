namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>What the residual blocks of a <see cref="ResNet"/> are made of.</summary>
public enum ResNetBlockKind
{
    /// <summary>Convolutions of width three; the first has the stride.</summary>
    Basic,

    /// <summary>A convolution of width one to a quarter of the channels, one of width three with the stride, one of width one back.</summary>
    Bottleneck,
}
