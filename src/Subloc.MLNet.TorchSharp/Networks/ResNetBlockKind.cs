namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>What the residual blocks of a <see cref="ResNet"/> are made of.</summary>
public enum ResNetBlockKind
{
    /// <summary>Convolutions of width three; the first has the stride.</summary>
    Basic,

    /// <summary>Width one to a quarter of the channels, width three with the stride, width one back to all.</summary>
    Bottleneck,
}
