using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>Stochastic gradient descent with momentum: Sutskever et al., ICML 2013.</summary>
/// <remarks>It usually wants a learning rate 10 to 100 times that of Adam.</remarks>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>Share of the last step that is kept. Default 0.9; 0 (none) to below 1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether to look ahead along the momentum (Nesterov). Default true; without effect where there is no momentum.</summary>
    public bool Nesterov { get; init; } = true;

    /// <summary>
    /// Share of the weight that is added to its gradient (L2). Default 0; 0 or above. Not for weights with fewer than two dimensions
    /// (biases) and those of normalisation layers.
    /// </summary>
    public double WeightDecay { get; init; }

    internal override void Validate()
    {
        if (!(Momentum is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(Momentum), Momentum, "Momentum must be from 0 to below 1.");
        CheckDecay(WeightDecay);
    }

    internal override WeightOptimizer Make(nn.Module network) => new SgdOptimizer(WeightsOf(network), this, DecayedWeights.Of(network));
}
