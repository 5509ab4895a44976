using Subloc.MLNet.TorchSharp.Native;
using Subloc.MLNet.TorchSharp.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>Muon for the matrices between a network's layers, AdamW for its other weights.</summary>
internal sealed class MuonOptimizer : WeightOptimizer
{
    private const long LeastSide = 16;

    private readonly MuonOptions _options;
    private readonly bool _isShort;
    private readonly IReadOnlySet<string> _decayed;
    private readonly IReadOnlySet<string> _orthogonal;
    private readonly Tensor[] _velocities;
    private readonly Tensor[] _squares;
    private readonly Tensor[] _steps;

    /// <param name="network">The network.</param>
    /// <param name="options">Momentum, decay, and AdamW's settings.</param>
    /// <param name="isShort">Whether steps are computed in bfloat16; null for yes where the weights' device is fast at it.</param>
    public MuonOptimizer(nn.Module network, MuonOptions options, bool? isShort = null)
        : base(network.named_parameters())
    {
        _options = options;
        _decayed = DecayedWeights.Of(network);
        _orthogonal = Matrices(network, _decayed);
        _isShort = isShort ?? (Weights.Count > 0 && ComputePrecision.IsShortFast(Weights[0].device));
        _velocities = MakeState("velocity");                                     // of AdamW's weights: the mean
        _squares = MakeState("square");
        _steps = MakeCounts("steps");
    }

    /// <summary>Names of the weights that Muon moves: matrices of 16 or more rows and columns, that decay, and are no embeddings.</summary>
    /// <param name="network">The network.</param>
    /// <param name="decayed">Names of its weights that decay.</param>
    internal static IReadOnlySet<string> Matrices(nn.Module network, IReadOnlySet<string> decayed)
    {
        HashSet<IntPtr> embeddings = [.. network.modules().OfType<Embedding>().SelectMany(embedding => embedding.parameters()).Select(weight => weight.Handle)];
        return network.named_parameters()
            .Where(weight => decayed.Contains(weight.name) && !embeddings.Contains(weight.parameter.Handle)
                && Math.Min(weight.parameter.shape[0], weight.parameter.NumberOfElements / weight.parameter.shape[0]) >= LeastSide)
            .Select(weight => weight.name)
            .ToHashSet();
    }

    protected override void Step(int[] present, Tensor[] gradients, double learningRate)
    {
        foreach ((int[] chosen, Tensor[] chosenGradients, bool isOrthogonal) in Split(present, gradients, _orthogonal))
        {
            if (isOrthogonal)
            {
                TorchOperators.Muon(
                    Choose(Weights, chosen), chosenGradients, Choose(_velocities, chosen), learningRate, (_options.Momentum, _options.WeightDecay), _isShort);
                continue;
            }

            foreach ((int[] others, Tensor[] otherGradients, bool decays) in Split(chosen, chosenGradients, _options.WeightDecay > 0 ? _decayed : null))
            {
                TorchOperators.Adam(
                    (Choose(Weights, others), otherGradients, Choose(_velocities, others), Choose(_squares, others), Choose(_steps, others)),
                    learningRate, (_options.Beta1, _options.Beta2, _options.Epsilon), decays ? _options.WeightDecay : 0);
            }
        }
    }
}
