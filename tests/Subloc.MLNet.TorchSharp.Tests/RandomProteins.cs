using Subloc.MLNet.TorchSharp.Layers;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests;

/// <summary>Random one-hot proteins in the form that networks read.</summary>
internal static class RandomProteins
{
    /// <summary>Channels [B, 20, width] and mask [B, width] of proteins of the given lengths.</summary>
    internal static (Tensor Channels, Tensor Mask) Make(int width, params int[] lengths)
    {
        var mask = arange(width).unsqueeze(0).lt(tensor(lengths).unsqueeze(1));
        var tokens = randint(1, 21, [lengths.Length, width]) * mask;
        using var encoder = new ResidueChannels(ResidueInput.OneHot);
        return (encoder.forward(tokens), mask);
    }
}
