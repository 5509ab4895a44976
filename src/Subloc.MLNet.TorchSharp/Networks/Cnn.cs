using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Convolutions, each halved by a pooling, and a fully connected head on all that is left.</summary>
public sealed class Cnn : nn.Module<Tensor, Tensor, Tensor>, IAnyLengthOnnxNetwork
{
    [ComponentName(Name = "convolutions")]
    private readonly ModuleList<Conv1d> _convolutions;

    [ComponentName(Name = "head")]
    private readonly ClassificationHead _head;

    private readonly long _length;
    private readonly long _shortest;
    private readonly int _steps;

    internal Cnn(CnnConfig config, NetworkShape shape)
        : base(nameof(Cnn))
    {
        int steps = config.StepsOf(shape.Length);
        NetworkChecks.Steps(shape, steps);
        _length = shape.Length;
        _shortest = config.Filters.Aggregate(1L, (windows, _) => windows * 2 + config.Kernel - 1);
        _steps = steps;
        _convolutions = new ModuleList<Conv1d>([.. config.Filters.Select((filters, i) =>
            KerasInit.Convolution(i == 0 ? shape.Channels : config.Filters[i - 1], filters, config.Kernel))]);
        _head = new ClassificationHead(steps * config.Filters[^1], config.Hidden, config.Dropout, shape.Classes);
        RegisterComponents();
    }

    /// <summary>Scores a batch.</summary>
    /// <param name="channels">[B, D, L], float32; L is the configured length; zero on padding.</param>
    /// <param name="mask">[B, L], bool. Not read: padding is zero in the channels, and every position has weights of its own.</param>
    /// <returns>Logits [B, C], float32.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The batch has another length.</exception>
    public override Tensor forward(Tensor channels, Tensor mask)             // [B, D, L], bool [B, L]
    {
        NetworkChecks.FixedLength(channels, _length);
        using var scope = NewDisposeScope();
        var features = channels;
        foreach (var convolution in _convolutions)
        {
            features = PositionLayout.Convolve(features, convolution);       // [B, F, L - K + 1]
            features = F.relu(PositionLayout.MaxPool(features, 2, 2)); // [B, F, (L - K + 1) / 2]
        }

        return _head.forward(features.transpose(1, 2).flatten(1)).MoveToOuterDisposeScope(); // [B, C]
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A step over nothing but padding has the same features wherever it stands. A batch is padded only so far that all steps that see a
    /// residue are calculated, and one more, which stands for the rest.
    /// </remarks>
    public OnnxScores Export(OnnxGraph graph, OnnxValue channels, OnnxValue mask)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var missing = graph.Max(graph.Sub(graph.Integers(_length), graph.SizeOf(channels, 2)), graph.Integers(0));
        var features = graph.Unsqueeze(channels, 2);                         // [B, D, 1, n]
        long enough = _shortest + (1L << _convolutions.Count) - 1;
        features = graph.PadBy(features, 4, 3, graph.Min(missing, graph.Integers(enough)));
        foreach (var convolution in _convolutions)
            features = graph.PooledConvolution(features, convolution);       // [B, F, 1, t]

        var last = graph.Sub(graph.SizeOf(features, 3), graph.Integers(1));
        var steps = graph.Min(graph.Integers([.. Enumerable.Range(0, _steps)]), last); // [T]
        features = graph.Gather(graph.Transpose(features, 0, 2, 3, 1), steps, 2); // [B, 1, T, F]
        return new OnnxScores(_head.Export(graph, graph.Flatten(features))); // [B, C]
    }
}
