using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Weights of a convolution that normalises as well. They belong to no dispose scope.</summary>
/// <param name="Weight">[F, D, K].</param>
/// <param name="Bias">[F].</param>
internal sealed record FoldedWeights(Tensor Weight, Tensor Bias) : IDisposable
{
    public void Dispose()
    {
        Weight.Dispose();
        Bias.Dispose();
    }
}
