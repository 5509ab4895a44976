using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Native;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Convolutions, each halved by a pooling, read by LSTM layers whose last state is classified.</summary>
/// <remarks>
/// A step of the LSTM belongs to a protein when all positions that it sees do: n positions give (n - K + 1) / 2 steps after one
/// convolution and pooling, rounded down, and so on. A protein too short for one whole step has one step, over its positions and
/// zeros. No step of a protein thus depends on padding beyond that, nor on the batch.
/// </remarks>
public sealed class CnnLstm : nn.Module<Tensor, Tensor, Tensor>, IOnnxNetwork
{
    [ComponentName(Name = "convolutions")]
    private readonly ModuleList<Conv1d> _convolutions;

    [ComponentName(Name = "lstm")]
    private readonly LSTM _lstm;

    [ComponentName(Name = "dropout")]
    private readonly Dropout _dropout;

    [ComponentName(Name = "classes")]
    private readonly Linear _classes;

    private readonly int _kernel;
    private readonly int _layers;
    private readonly int _hidden;
    private readonly long _shortest;
    private readonly long? _fixedLength;

    internal CnnLstm(CnnLstmConfig config, NetworkShape shape)
        : base(nameof(CnnLstm))
    {
        _kernel = config.Kernel;
        _layers = config.Layers;
        _hidden = config.Hidden;
        _shortest = config.Filters.Aggregate(1L, (steps, _) => steps * 2 + _kernel - 1);
        _fixedLength = config.SeedFaithful ? shape.Length : null;
        _convolutions = new ModuleList<Conv1d>([.. config.Filters.Select((filters, i) =>
            KerasInit.Convolution(i == 0 ? shape.Channels : config.Filters[i - 1], filters, config.Kernel))]);
        _lstm = KerasInit.Lstm(config.Filters[^1], config.Hidden, config.Layers);
        _dropout = nn.Dropout(config.Dropout);
        _classes = KerasInit.Linear(config.Hidden, shape.Classes);
        RegisterComponents();
    }

    /// <summary>Scores a batch.</summary>
    /// <param name="channels">[B, D, L], float32; any L unless the padding is read; zero on padding.</param>
    /// <param name="mask">[B, L], bool; true on residues, which stand at the left.</param>
    /// <returns>Logits [B, C], float32.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The padding is read, and the batch has another length.</exception>
    public override Tensor forward(Tensor channels, Tensor mask)                 // [B, D, L], bool [B, L]
    {
        if (_fixedLength is long length)
            NetworkChecks.FixedLength(channels, length);

        using var scope = NewDisposeScope();
        long missing = _shortest - channels.shape[2];
        var features = missing > 0 ? PositionLayout.Pad(channels, 0, missing) : channels;   // [B, D, at least the shortest]
        var steps = _fixedLength is null ? mask.sum(1L) : ones_like(mask).sum(1L); // [B], int64
        foreach (var convolution in _convolutions)
        {
            features = PositionLayout.Convolve(features, convolution);           // [B, F, L - K + 1]
            features = F.relu(PositionLayout.MaxPool(features, 2, 2)); // [B, F, (L - K + 1) / 2]
            steps = (steps - Numbers.Of(_kernel - 1L)).div(Numbers.Of(2L), RoundingMode.floor);
        }

        var states = RecurrentLayers.Run(_lstm, _layers, _hidden, features.transpose(1, 2)); // [B, T, H]
        var last = (steps.clamp_min(Numbers.One) - Numbers.One).view(-1, 1, 1).expand(-1, 1, states.shape[2]);
        var state = states.gather(1, last).squeeze(1);                           // [B, H]
        return _classes.forward(_dropout.forward(state.to_type(ScalarType.Float32))).MoveToOuterDisposeScope(); // [B, C]
    }

    /// <inheritdoc/>
    public OnnxScores Export(OnnxGraph graph, OnnxValue channels, OnnxValue mask)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var features = graph.PadTo(graph.Unsqueeze(channels, 2), 4, 3, _shortest);       // [B, D, 1, at least the shortest]
        foreach (var convolution in _convolutions)
            features = graph.PooledConvolution(features, convolution);                   // [B, F, 1, (L - K + 1) / 2]

        var states = graph.Transpose(graph.Squeeze(features, 2), 2, 0, 1);               // [T, B, F]
        var lengths = _fixedLength is null ? ExportSteps(graph, mask) : null;            // [B]
        var state = RecurrentLayers.Export(graph, _lstm, _layers, _hidden, states, lengths); // [B, H]
        return new OnnxScores(graph.Linear(state, graph.Weights(_classes.weight!), graph.Weights(_classes.bias!))); // [B, C]
    }

    // Whole steps of each protein, at least one: halves are cut towards zero, not down, but what is below one is one in the end.
    private OnnxValue ExportSteps(OnnxGraph graph, OnnxValue mask)
    {
        var lost = graph.Constant<int>([_kernel - 1], []);
        var two = graph.Constant<int>([2], []);
        var steps = graph.Cast(graph.ReduceSum(mask, [1]), OnnxType.Int32);
        for (int i = 0; i < _convolutions.Count; i++)
            steps = graph.Div(graph.Sub(steps, lost), two);

        return graph.Max(steps, graph.Constant<int>([1], []));
    }
}
