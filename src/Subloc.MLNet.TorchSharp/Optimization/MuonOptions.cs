using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>Muon: Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024 (kellerjordan.github.io/posts/muon).</summary>
/// <remarks>
/// <para>
/// A step moves a weight matrix as far in every direction: the gradient's running sum, made nearly orthogonal by five rounds of a Newton-Schulz
/// iteration. Its size is that of Adam's steps (Liu et al., "Muon is scalable for LLM training", arXiv:2502.16982), so that learning rate and
/// decay mean what they mean for <see cref="AdamWOptions"/>. Kernels of convolutions count as matrices with one row a filter.
/// </para>
/// <para>
/// Biases, weights of normalisation layers, embeddings, and matrices with fewer than 16 rows or columns, as those that give the classes mostly are,
/// learn by AdamW with the same learning rate and decay. Steps are computed in bfloat16 where the device has instructions for it.
/// </para>
/// </remarks>
public sealed record MuonOptions : AdamOptions
{
    /// <summary>Share of the running sum of gradients that is kept at each step. Default 0.95; 0 to below 1.</summary>
    public double Momentum { get; init; } = 0.95;

    /// <summary>Share that is taken off a weight, for a learning rate of 1. Default 0.01; 0 or above. As with AdamW, not off biases and norms.</summary>
    public double WeightDecay { get; init; } = 0.01;

    internal override void Validate()
    {
        base.Validate();
        if (!(Momentum is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(Momentum), Momentum, "Momentum must be from 0 to below 1.");
        CheckDecay(WeightDecay);
    }

    internal override WeightOptimizer Make(nn.Module network) => new MuonOptimizer(network, this);
}
