using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Onnx.Scoring;

namespace Subloc.MLNet.Onnx.Export.Int8;

/// <summary>The least and greatest numbers that the values of a network take on some proteins.</summary>
internal sealed class ValueRanges
{
    private readonly Dictionary<string, (float Least, float Greatest)> _ranges = new(StringComparer.Ordinal);

    private readonly HashSet<string> _ofPositions = new(StringComparer.Ordinal);

    private ValueRanges()
    {
    }

    /// <summary>Runs a network over proteins, each alone, so that no padding counts.</summary>
    /// <param name="model">The network in float32.</param>
    /// <param name="info">What it reads.</param>
    /// <param name="proteins">Some hundred are enough.</param>
    public static ValueRanges Measure(ModelProto model, OnnxModelInfo info, ProteinSet proteins)
    {
        string[] names = [.. model.Graph.Node.SelectMany(node => node.Output)];
        ModelProto open = model.Clone();
        open.Graph.Output.Clear();
        open.Graph.Output.AddRange(names.Select(name => new ValueProto { Name = name }));
        using InferenceSession session = OnnxSessions.Start(open.ToByteArray(), "the network", hasShortSums: true);
        using var options = new RunOptions();
        var batch = new OnnxBatch(info, hasWideTokens: false);
        var ranges = new ValueRanges();
        for (int i = 0; i < proteins.Count; i++)
        {
            using IDisposableReadOnlyCollection<OrtValue> values = batch.Run(session, options, proteins, [i], proteins.LengthOf(i), names);
            foreach ((string name, OrtValue value) in names.Zip(values))
                ranges.Add(name, value);
        }

        return ranges;
    }

    /// <summary>The scale for a value.</summary>
    public Int8Scale ScaleOf(string name) => Int8Scale.Of(_ranges[name].Least, _ranges[name].Greatest);

    /// <summary>Whether a value has several rows for one protein.</summary>
    public bool IsOfPositions(string name) => _ofPositions.Contains(name);

    private void Add(string name, OrtValue value)
    {
        OrtTensorTypeAndShapeInfo type = value.GetTensorTypeAndShape();
        if (type.ElementDataType != TensorElementType.Float)
            return;

        if (type.Shape is [> 1, ..])
            _ofPositions.Add(name);

        (float least, float greatest) = _ranges.GetValueOrDefault(name);
        foreach (float number in value.GetTensorDataAsSpan<float>())
            (least, greatest) = (Math.Min(least, number), Math.Max(greatest, number));
        _ranges[name] = (least, greatest);
    }
}
