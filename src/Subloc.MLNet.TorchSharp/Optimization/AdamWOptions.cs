using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>Adam with decoupled weight decay: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019.</summary>
/// <remarks>
/// Each step also takes the share learning rate times decay off every weight, except those with fewer than two dimensions (biases)
/// and those of normalisation layers.
/// </remarks>
public sealed record AdamWOptions : AdamOptions
{
    /// <summary>Share that is taken off a weight, for a learning rate of 1. Default 0.01; 0 or above.</summary>
    public double WeightDecay { get; init; } = 0.01;

    internal override void Validate()
    {
        base.Validate();
        CheckDecay(WeightDecay);
    }

    internal override WeightOptimizer Make(nn.Module network) =>
        new AdamOptimizer(WeightsOf(network), this, (WeightDecay, DecayedWeights.Of(network)));
}
