using Subloc.MLNet.TorchSharp.Native;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>What a batch costs; see <see cref="LossOptions"/>.</summary>
/// <remarks>Its tensor belongs to it, not to the dispose scope in which it is made.</remarks>
internal sealed class Loss : IDisposable
{
    // Where a class is certain, the power of a gamma below 1 has no slope.
    private const double LeastDoubt = 1e-6;

    private readonly LossOptions _options;
    private readonly Tensor? _weights;
    private readonly Tensor? _adjustment;

    /// <param name="options">Smoothing, focus and class weighting.</param>
    /// <param name="counts">Training rows of each class; shares of rows count as such.</param>
    /// <param name="device">Where to compute.</param>
    public Loss(LossOptions options, IReadOnlyList<double> counts, Device device)
    {
        _options = options;
        _weights = ClassWeights.Of(options, counts) is { } weights
            ? tensor(weights, ScalarType.Float32, device).DetachFromDisposeScope() // [C]
            : null;
        double all = counts.Sum();
        _adjustment = options.LogitAdjustment > 0
            ? tensor([.. counts.Select(count => options.LogitAdjustment * Math.Log(Math.Max(count, 1) / all))], ScalarType.Float32, device).DetachFromDisposeScope() // [C]
            : null;
    }

    private bool IsPlain => _weights is null && _adjustment is null && _options.LabelSmoothing == 0 && _options.FocalGamma == 0;

    /// <summary>The mean cost of the rows of a batch.</summary>
    /// <param name="logits">[B, C], float32.</param>
    /// <param name="targets">Class indices [B] (int64), or shares [B, C] (float32) that sum to 1 in each row.</param>
    /// <returns>[], float32.</returns>
    public Tensor Of(Tensor logits, Tensor targets)
    {
        if (IsPlain)
            return F.cross_entropy(logits, targets);

        using var scope = NewDisposeScope();
        if (_adjustment is not null)
            logits = logits.Plus(_adjustment);
        long classes = logits.shape[1];
        Tensor shares = targets.dim() == 1 ? F.one_hot(targets, classes).to(logits.dtype) : targets;  // [B, C]
        double smoothing = _options.LabelSmoothing;
        Tensor smoothed = smoothing > 0 ? (shares * Numbers.Of(1 - smoothing)).Plus(Numbers.Of(smoothing / classes)) : shares;     // [B, C]
        Tensor logarithms = F.log_softmax(logits, 1);                                                  // [B, C]
        Tensor terms = smoothed * logarithms;                                                          // [B, C]
        if (_options.FocalGamma > 0)
            terms *= maximum(Numbers.Of(1.0) - logarithms.exp(), Numbers.Of(LeastDoubt)).pow(Numbers.Of(_options.FocalGamma));
        Tensor costs = -terms.sum(1L);                                                                 // [B]
        if (_weights is not null)
            costs *= shares.matmul(_weights);
        return costs.mean().MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _weights?.Dispose();
        _adjustment?.Dispose();
    }
}
