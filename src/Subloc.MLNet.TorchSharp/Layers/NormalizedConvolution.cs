using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Native;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>A 'same' convolution with batch normalisation.</summary>
internal sealed class NormalizedConvolution : nn.Module<Tensor, PositionMask, Tensor>
{
    [ComponentName(Name = "convolution")]
    private readonly Conv1d _convolution;

    [ComponentName(Name = "norm")]
    private readonly MaskedBatchNorm _norm;

    private readonly SamePadding _padding;

    private readonly Lock _folding = new();
    private volatile FoldedWeights? _folded;

    /// <summary>Builds the layer.</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="filters">Channels out.</param>
    /// <param name="kernel">Width of the window.</param>
    /// <param name="stride">Step between windows.</param>
    /// <param name="fullLength">Positions that the layer reads at the network's full input length.</param>
    internal NormalizedConvolution(long inputs, long filters, long kernel, long stride, long fullLength)
        : base(nameof(NormalizedConvolution))
    {
        Kernel = kernel;
        Stride = stride;
        _padding = new SamePadding(fullLength, kernel, stride);
        _convolution = KerasInit.Convolution(inputs, filters, kernel, stride);
        _norm = new MaskedBatchNorm(filters);
        RegisterComponents();
    }

    /// <summary>Width of the window.</summary>
    internal long Kernel { get; }

    /// <summary>Step between windows.</summary>
    internal long Stride { get; }

    /// <summary>Convolves and normalises.</summary>
    /// <param name="features">[B, D, L], zero on padding.</param>
    /// <param name="outputs">Positions of the output, ceil(L / stride) wide.</param>
    /// <returns>[B, F, ceil(L / stride)], zero on padding.</returns>
    public override Tensor forward(Tensor features, PositionMask outputs) => training
        ? Learn(features, outputs, null, activates: false)
        : Score(features, scored => outputs.Zero(scored));

    /// <summary>Convolves, normalises, adds a shortcut and applies ReLU.</summary>
    /// <param name="features">[B, D, L], zero on padding.</param>
    /// <param name="outputs">Positions of the output, ceil(L / stride) wide.</param>
    /// <param name="shortcut">[B, F, ceil(L / stride)], zero on padding; null adds nothing.</param>
    /// <returns>[B, F, ceil(L / stride)], zero on padding.</returns>
    internal Tensor Activate(Tensor features, PositionMask outputs, Tensor? shortcut = null) => training
        ? Learn(features, outputs, shortcut, activates: true)
        : Score(features, scored => outputs.Zero(F.relu(shortcut is null ? scored : scored.Plus(shortcut))));

    /// <summary>Adds the layer, as one convolution, to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="features">[B, D, 1, L], zero on padding; any value there where the window is one position.</param>
    /// <returns>[B, F, 1, ceil(L / stride)], any value on padding.</returns>
    internal OnnxValue Export(OnnxGraph graph, OnnxValue features)
    {
        using FoldedWeights folded = _norm.Fold(_convolution.weight!, _convolution.bias!);
        var (left, right) = _padding.Shares;
        return graph.Conv(features, graph.PositionWeights(folded.Weight), graph.Weights(folded.Bias), Kernel, Stride, left, right);
    }

    /// <inheritdoc/>
    public override void train(bool train = true)
    {
        base.train(train);
        Unfold();
    }

    /// <inheritdoc/>
    protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
    {
        base._toEpilog(dtype, device, non_blocking);
        Unfold();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Unfold();
        base.Dispose(disposing);
    }

    private Tensor Learn(Tensor features, PositionMask outputs, Tensor? shortcut, bool activates)
    {
        using var scope = NewDisposeScope();
        var (padded, sides) = _padding.Apply(features);
        Tensor learned = PositionLayout.IsProduct(padded, Kernel, Stride) || PositionLayout.NeedsBlocks(padded, _convolution.weight!)
            ? _norm.Learn(PositionLayout.Convolve(padded, _convolution, Stride, sides), KernelUse.None, outputs, shortcut, activates)
            : _norm.Learn(padded, new KernelUse(_convolution.weight, _convolution.bias, (int)Stride, (int)sides), outputs, shortcut, activates);
        return learned.MoveToOuterDisposeScope();
    }

    private Tensor Score(Tensor features, Func<Tensor, Tensor> finish)
    {
        using var scope = NewDisposeScope();
        var (padded, sides) = _padding.Apply(features);
        FoldedWeights folded = Fold();
        return finish(PositionLayout.Convolve(padded, folded.Weight, folded.Bias, Stride, sides)).MoveToOuterDisposeScope();
    }

    // In evaluation normalising is a constant factor and shift for each filter, so the convolution can do it. Made at the first use after
    // a change of mode, which follows every change of weights; threads that score share it.
    private FoldedWeights Fold()
    {
        if (_folded is { } folded)
            return folded;

        lock (_folding)
            return _folded ??= _norm.Fold(_convolution.weight!, _convolution.bias!);
    }

    private void Unfold()
    {
        _folded?.Dispose();
        _folded = null;
    }
}
