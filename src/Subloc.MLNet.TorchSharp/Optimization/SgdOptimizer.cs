using Subloc.MLNet.TorchSharp.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>Stochastic gradient descent with momentum.</summary>
internal sealed class SgdOptimizer : WeightOptimizer
{
    private readonly SgdOptions _options;
    private readonly IReadOnlySet<string> _decayed;
    private readonly Tensor[] _velocities;

    /// <param name="weights">Weights by name, in the network's order.</param>
    /// <param name="options">Momentum and decay.</param>
    /// <param name="decayed">Names of the weights that decay.</param>
    public SgdOptimizer(IEnumerable<(string Name, Parameter Weight)> weights, SgdOptions options, IReadOnlySet<string> decayed)
        : base(weights)
    {
        _options = options;
        _decayed = decayed;
        _velocities = options.Momentum > 0 ? MakeState("velocity") : [];
    }

    protected override void Step(int[] present, Tensor[] gradients, double learningRate)
    {
        foreach ((int[] chosen, Tensor[] chosenGradients, bool decays) in Split(present, gradients, _options.WeightDecay > 0 ? _decayed : null))
        {
            // Without momentum there are no velocities, and the operator does not look at what stands in their place.
            Tensor[] velocities = _options.Momentum > 0 ? Choose(_velocities, chosen) : chosenGradients;
            TorchOperators.Sgd(
                Choose(Weights, chosen), chosenGradients, velocities, learningRate,
                (_options.Momentum, _options.Nesterov && _options.Momentum > 0, decays ? _options.WeightDecay : 0));
        }
    }
}
