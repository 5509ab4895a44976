using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>A 'same' convolution with batch normalisation.</summary>
internal sealed class NormalizedConvolution : nn.Module<Tensor, PositionMask, Tensor>
{
    [ComponentName(Name = "convolution")]
    private readonly Conv1d _convolution;

    [ComponentName(Name = "norm")]
    private readonly MaskedBatchNorm _norm;

    private readonly SamePadding _padding;

    /// <summary>Builds the layer.</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="filters">Channels out.</param>
    /// <param name="kernel">Width of the window.</param>
    /// <param name="stride">Step between windows.</param>
    /// <param name="fullLength">Positions that the layer reads at the network's full input length.</param>
    internal NormalizedConvolution(long inputs, long filters, long kernel, long stride, long fullLength)
        : base(nameof(NormalizedConvolution))
    {
        Stride = stride;
        _padding = new SamePadding(fullLength, kernel, stride);
        _convolution = KerasInit.Convolution(inputs, filters, kernel, stride);
        _norm = new MaskedBatchNorm(filters);
        RegisterComponents();
    }

    /// <summary>Step between windows.</summary>
    internal long Stride { get; }

    /// <summary>Convolves and normalises.</summary>
    /// <param name="features">[B, D, L], zero on padding.</param>
    /// <param name="outputs">Positions of the output, ceil(L / stride) wide.</param>
    /// <returns>[B, F, ceil(L / stride)], zero on padding, free to be changed in place.</returns>
    public override Tensor forward(Tensor features, PositionMask outputs)
    {
        using var scope = NewDisposeScope();
        var (padded, sides) = _padding.Apply(features);
        var convolved = PositionLayout.Convolve(padded, _convolution, Stride, sides); // [B, F, ceil(L / stride)]
        return _norm.forward(convolved, outputs).MoveToOuterDisposeScope();
    }
}
