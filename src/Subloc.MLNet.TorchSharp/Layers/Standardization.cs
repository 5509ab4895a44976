using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Native;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Brings each feature to mean 0 and standard deviation 1 over all proteins seen in training, and limits it to 4 either way.</summary>
/// <remarks>
/// Not a batch normalisation: a batch holds proteins of similar length, so what its proteins have in common says something about them.
/// </remarks>
internal sealed class Standardization : nn.Module<Tensor, Tensor>
{
    private const float Limit = 4;

    // Not static: weights are counted before libtorch is loaded.
    private readonly (Scalar Low, Scalar High) _limits = (-Limit, Limit);
    private readonly Scalar _leastVariance = 1e-4f;

    [ComponentName(Name = "count")]
    private readonly Tensor _count;

    [ComponentName(Name = "mean")]
    private readonly Tensor _mean;

    [ComponentName(Name = "variance")]
    private readonly Tensor _variance;

    internal Standardization(long features)
        : base(nameof(Standardization))
    {
        _count = zeros(1).DetachFromDisposeScope();
        _mean = zeros(features).DetachFromDisposeScope();
        _variance = ones(features).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>Numbers that the layer holds.</summary>
    internal static long WeightCount(long features) => 1 + (2 * features);

    /// <summary>Standardises a batch; in training, its proteins count from then on.</summary>
    /// <param name="features">[B, F], float32.</param>
    /// <returns>[B, F].</returns>
    public override Tensor forward(Tensor features)
    {
        using var scope = NewDisposeScope();
        if (training)
            Learn(features);

        var (factor, shift) = Affine();
        return (features * factor).Plus(shift).clamp(_limits.Low, _limits.High).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the layer to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="features">[B, F].</param>
    /// <returns>[B, F].</returns>
    internal OnnxValue Export(OnnxGraph graph, OnnxValue features)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (factor, shift) = Affine();
        var scaled = graph.Add(graph.Mul(features, graph.Weights(factor)), graph.Weights(shift));
        return graph.Min(graph.Max(scaled, graph.Constant(-Limit)), graph.Constant(Limit));
    }

    private (Tensor Factor, Tensor Shift) Affine()
    {
        var factor = _variance.clamp_min(_leastVariance).rsqrt();
        return (factor, (_mean * factor).neg());
    }

    // Chan et al., "Updating formulae and a pairwise algorithm for computing sample variances", COMPSTAT 1982.
    private void Learn(Tensor features)
    {
        using var frozen = no_grad();
        using var more = Numbers.Of((double)features.shape[0]);
        _count.add_(more, Numbers.One);
        var share = more / _count;                                           // of this batch in all
        var mean = features.mean([0]);
        var step = mean - _mean;
        var spread = (features - mean).square().mean([0]) - _variance;
        _variance.add_(spread.Plus(step.square() * (Numbers.Of(1.0) - share)) * share, Numbers.One);
        _mean.add_(step * share, Numbers.One);
    }
}
