using Subloc.MLNet.TorchSharp.Native;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Batch normalisation whose statistics count residues only, and whose output is zero on padding.</summary>
/// <remarks>
/// <para>
/// Epsilon and momentum are Keras'. Like Keras, and unlike PyTorch, the running variance follows the biased variance of the
/// batch (divided by n, not by n - 1).
/// </para>
/// <para>
/// libtorch's fused normalisation does the work, also under a mask. Where padding is given the mean m of the n valid positions, all N
/// positions together have mean m and variance v n / N, where v is the variance of the valid ones.
/// Hence (x - m) / sqrt(v n / N + e n / N) = sqrt(N / n) (x - m) / sqrt(v + e): with epsilon e n / N and the weight times
/// sqrt(n / N), normalising all positions normalises the valid ones exactly.
/// </para>
/// </remarks>
internal sealed class MaskedBatchNorm : nn.Module<Tensor, PositionMask, Tensor>
{
    private const double Epsilon = 1e-3;
    private const double Momentum = 0.01;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    [ComponentName(Name = "running_mean")]
    private readonly Tensor _runningMean;

    [ComponentName(Name = "running_var")]
    private readonly Tensor _runningVariance;

    internal MaskedBatchNorm(long channels)
        : base(nameof(MaskedBatchNorm))
    {
        _weight = (Parameter)nn.Parameter(ones(channels)).DetachFromDisposeScope();
        _bias = (Parameter)nn.Parameter(zeros(channels)).DetachFromDisposeScope();
        _runningMean = zeros(channels).DetachFromDisposeScope();
        _runningVariance = ones(channels).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>Normalises features.</summary>
    /// <param name="features">[B, C, L], float32 or bfloat16; any value on padding.</param>
    /// <param name="positions">Which of the B x L positions count.</param>
    /// <returns>[B, C, L], of the features' type; zero on padding.</returns>
    public override Tensor forward(Tensor features, PositionMask positions)
    {
        using var scope = NewDisposeScope();
        if (!training)
        {
            var scored = Normalise(features, _runningMean, _runningVariance, _weight, false, Momentum, Epsilon);
            return positions.Zero(scored).MoveToOuterDisposeScope();
        }

        var mean = zeros_like(_runningMean);                               // [C]
        var variance = zeros_like(_runningVariance);                       // [C]
        if (positions.IsFull)
        {
            var normalised = Normalise(features, mean, variance, _weight, true, 1, Epsilon);
            Track(mean, variance, positions);
            return normalised.MoveToOuterDisposeScope();
        }

        double share = (double)positions.Valid / positions.Total;
        var rows = PositionLayout.Rows(features).index_fill(0, positions.Padding, Numbers.Zero);  // [B x L, C]
        var centre = rows.sum(0L, type: _runningMean.dtype) / Numbers.Of(positions.Valid);        // [C]
        rows = rows.index_copy_(0, positions.Padding, centre.to_type(rows.dtype).expand(positions.Padding.shape[0], -1));
        var filled = PositionLayout.FromRows(rows, features.shape[0]);                            // [B, C, L]
        var output = Normalise(filled, mean, variance, _weight * Numbers.Of(Math.Sqrt(share)), true, 1, Epsilon * share);
        Track(mean, variance, positions);
        return positions.Zero(output).MoveToOuterDisposeScope();
    }

    /// <summary>Weights of a convolution that also does what this layer does in evaluation.</summary>
    /// <param name="weight">Weights of the convolution before this layer, [C, D, K].</param>
    /// <param name="bias">Its bias, [C].</param>
    internal FoldedWeights Fold(Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var factor = _weight / _runningVariance.Plus(Numbers.Of(Epsilon)).sqrt();        // [C]
        return new FoldedWeights(
            (weight * factor.view(-1, 1, 1)).DetachFromDisposeScope(),
            ((bias - _runningMean) * factor).Plus(_bias).DetachFromDisposeScope());
    }

    /// <summary>What this layer does in evaluation: a factor and a shift for each channel, [C] both.</summary>
    internal (Tensor Factor, Tensor Shift) Affine()
    {
        var factor = _weight / _runningVariance.Plus(Numbers.Of(Epsilon)).sqrt();        // [C]
        return (factor, _bias - _runningMean * factor);
    }

    private Tensor Normalise(Tensor features, Tensor mean, Tensor variance, Tensor weight, bool learns, double momentum, double epsilon) =>
        F.batch_norm(features.unsqueeze(2), mean, variance, weight, _bias, learns, momentum, epsilon).squeeze(2);

    /// <summary>Moves the running statistics towards those of a batch.</summary>
    /// <param name="mean">Mean of the valid positions, [C].</param>
    /// <param name="variance">Unbiased variance over all positions, [C], padding included.</param>
    /// <param name="positions">Which positions count.</param>
    private void Track(Tensor mean, Tensor variance, PositionMask positions)
    {
        using var frozen = no_grad();
        double biased = (positions.Total - 1.0) / positions.Valid;
        var momentum = Numbers.Of(Momentum).to(mean.dtype, mean.device);
        _runningMean.lerp_(mean, momentum);
        _runningVariance.lerp_((variance * Numbers.Of(biased)).nan_to_num_(0), momentum); // A single position has no unbiased variance.
    }
}
