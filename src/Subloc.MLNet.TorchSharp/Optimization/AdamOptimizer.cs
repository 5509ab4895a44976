using Subloc.MLNet.TorchSharp.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>Adam, and AdamW for the weights that decay.</summary>
internal sealed class AdamOptimizer : WeightOptimizer
{
    private readonly AdamOptions _options;
    private readonly double _decay;
    private readonly IReadOnlySet<string> _decayed;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly Tensor[] _steps;

    /// <param name="weights">Weights by name, in the network's order.</param>
    /// <param name="options">Decays of the running means, and epsilon.</param>
    /// <param name="decay">Decoupled decay, and the names of the weights that it is for.</param>
    public AdamOptimizer(
        IEnumerable<(string Name, Parameter Weight)> weights, AdamOptions options, (double Decay, IReadOnlySet<string> Weights)? decay = null)
        : base(weights)
    {
        _options = options;
        (_decay, _decayed) = decay ?? (0, new HashSet<string>());
        _means = MakeState("mean");
        _squares = MakeState("square");
        _steps = MakeCounts("steps");
    }

    protected override void Step(int[] present, Tensor[] gradients, double learningRate)
    {
        foreach ((int[] chosen, Tensor[] chosenGradients, bool decays) in Split(present, gradients, _decay > 0 ? _decayed : null))
        {
            TorchOperators.Adam(
                (Choose(Weights, chosen), chosenGradients, Choose(_means, chosen), Choose(_squares, chosen), Choose(_steps, chosen)),
                learningRate, (_options.Beta1, _options.Beta2, _options.Epsilon), decays ? _decay : 0);
        }
    }
}
