using Subloc.MLNet.TorchSharp.Native;
using TorchSharp;
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
/// In training the statistics, the normalisation, the shortcut and the activation are one operation with a backward pass of its own
/// (<see cref="MaskedNormalization"/>): as separate operations they cost more than the convolutions between them.
/// </para>
/// </remarks>
internal sealed class MaskedBatchNorm : nn.Module<Tensor, PositionMask, Tensor>
{
    private const double Epsilon = 1e-3;
    private const double Momentum = 0.01;
    private static readonly (Scalar Momentum, Scalar Epsilon) _numbers = (Momentum, Epsilon);

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
    /// <param name="features">[B, C, L], float32 or bfloat16; any value on padding, which is overwritten in training.</param>
    /// <param name="positions">Which of the B x L positions count.</param>
    /// <returns>[B, C, L], of the features' type; zero on padding.</returns>
    public override Tensor forward(Tensor features, PositionMask positions)
    {
        using var scope = NewDisposeScope();
        Tensor output = training
            ? Learn(features, KernelUse.None, positions, null, activates: false)
            : positions.Zero(F.batch_norm(features, _runningMean, _runningVariance, _weight, _bias, false, Momentum, Epsilon));
        return output.MoveToOuterDisposeScope();
    }

    /// <summary>Convolves features, normalises them by the statistics of the batch, adds a shortcut and applies ReLU.</summary>
    /// <param name="features">[B, D, L], float32 or bfloat16; without a convolution its padding is overwritten.</param>
    /// <param name="convolution">The convolution; may be none.</param>
    /// <param name="positions">Which positions of the output count.</param>
    /// <param name="shortcut">[B, C, windows]; null adds nothing.</param>
    /// <param name="activates">Whether ReLU comes last.</param>
    /// <returns>[B, C, windows], of the features' type; zero on padding.</returns>
    internal Tensor Learn(Tensor features, KernelUse convolution, PositionMask positions, Tensor? shortcut, bool activates)
    {
        using var scope = NewDisposeScope();
        return MaskedNormalization
            .Of(features, convolution, positions, shortcut, activates, (_weight, _bias, _runningMean, _runningVariance), _numbers)
            .MoveToOuterDisposeScope();
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
}
