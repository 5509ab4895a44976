using System.Numerics.Tensors;

namespace Subloc.MLNet.Onnx.Export.Int8;

/// <summary>
/// Rewrites a network so that its convolutions and LSTM layers, and the dense layers that read what they give or work on every position, calculate with
/// bytes.
/// </summary>
/// <remarks>
/// Written as the standard has it, with float operators between DequantizeLinear and QuantizeLinear, which ONNX Runtime turns into
/// operators of integers; only for LSTM layers the standard has no such form. Scales are constants, so a protein's score does not depend
/// on its batch.
/// </remarks>
internal sealed class Int8Rewriter
{
    // Operators that only move or choose numbers do so with bytes as well.
    private static readonly HashSet<string> _movements =
        ["Transpose", "Unsqueeze", "Squeeze", "Flatten", "Reshape", "Slice", "Expand", "Gather", "Pad", "MaxPool", "ReduceMax"];

    private readonly Int8Graph _graph;
    private readonly ValueRanges _ranges;
    private readonly Dictionary<string, NodeProto> _makers;
    private readonly ILookup<string, NodeProto> _readers;
    private readonly HashSet<string> _wanted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unrounded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _dense = new(StringComparer.Ordinal);

    private Int8Rewriter(GraphProto graph, ValueRanges ranges)
    {
        (_graph, _ranges) = (new Int8Graph(graph), ranges);
        _makers = graph.Node.SelectMany(node => node.Output, KeyValuePair.Create).ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
        _readers = graph.Node.SelectMany(node => node.Input, KeyValuePair.Create).ToLookup(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }

    /// <summary>Rewrites a network.</summary>
    /// <param name="model">The network in float32; changed.</param>
    /// <param name="ranges">What its values are on some proteins.</param>
    public static void Rewrite(ModelProto model, ValueRanges ranges)
    {
        var rewriter = new Int8Rewriter(model.Graph, ranges);
        NodeProto[] nodes = [.. model.Graph.Node.Select(node => node.Clone())];
        rewriter.FindWanted(nodes);
        foreach (NodeProto node in nodes)
            rewriter.Rewrite(node);
        rewriter._graph.Replace();
        if (model.Graph.Node.Any(node => node.Domain == OnnxGraph.RuntimeDomain))
            OnnxGraph.DeclareRuntimeDomain(model);
    }

    // Values that only move from a table to a convolution.
    private void FindWanted(NodeProto[] nodes)
    {
        foreach (NodeProto reader in nodes.Where(IsConvolution))
        {
            string value = reader.Input[0];
            while (_makers.TryGetValue(value, out NodeProto? maker) && IsMovement(maker))
            {
                _wanted.Add(value);
                value = maker.Input[0];
            }
        }
    }

    private void Rewrite(NodeProto node)
    {
        string first = node.Input.FirstOrDefault(""), output = node.Output[0];
        bool isByte = _graph.IsByte(first);
        if (IsConvolution(node) || (IsDense(node) && (isByte || _ranges.IsOfPositions(first))))
            RewriteProduct(node);
        else if (Int8Lstm.CanRewrite(_graph, node))
            RewriteLstm(node);
        else if (isByte && IsMovement(node))
            Move(node, Int8Graph.BytesOf(first), _graph.ScaleOf(first));
        else if (IsMovement(node) && _wanted.Contains(output) && _graph.IsFloatConstant(first))
            Move(node, AddTable(first, output, out Int8Scale scale), scale);
        else if (isByte && node.OpType == "Mul" && IsMask(node.Input[1]))
            Zero(node);
        else if (node.OpType is "Add" or "Concat" && node.Input.All(_graph.IsByte))
            Round(node);
        else if (node.OpType == "Relu" && _unrounded.Contains(first))
            Round(node);
        else if (node.OpType == "Relu" && _dense.Contains(first))
            Activate(node);
        else
            _graph.Add(node);
    }

    // A layer, with rounded weights and bias.
    private void RewriteProduct(NodeProto node)
    {
        string input = node.Input[0], output = node.Output[0];
        Round(input);
        IReadOnlyList<long> shape = _graph.ShapeOf(node.Input[1]);
        ReadOnlySpan<float> bias = node.Input.Count > 2 ? _graph.Numbers(node.Input[2]) : new float[shape[0]];
        int positions = (int)shape.Skip(2).Aggregate(1L, (product, size) => product * size);
        var weights = Int8Weights.Of(_graph.Numbers(node.Input[1]), bias, _graph.ScaleOf(input).Scale, positions);
        string bytes = _graph.Add<sbyte>($"{output}_weights", OnnxType.Int8, weights.Bytes, shape);
        string sums = _graph.Add<int>($"{output}_bias", OnnxType.Int32, weights.Sums, [weights.Sums.Length]);
        node.Input.Clear();
        node.Input.AddRange([input, _graph.DequantizeRows<sbyte>(bytes, weights.Scales), _graph.DequantizeRows<int>(sums, weights.SumScales)]);
        if (node.OpType == "Conv")
        {
            Round(node);
            return;
        }

        _graph.Add(node);
        _dense.Add(output);
    }

    private void RewriteLstm(NodeProto node)
    {
        string input = node.Input[0];
        var layer = new Int8Lstm(_graph, node);
        if (_makers.TryGetValue(input, out NodeProto? maker) && maker.OpType == "Squeeze" && _makers.TryGetValue(maker.Input[0], out NodeProto? before) && Int8Lstm.CanRewrite(_graph, before))
        {
            layer.ReadStates(maker, input);
        }
        else
        {
            Round(input);
            layer.ReadBytes(input);
        }

        layer.Write();
    }

    // ONNX Runtime joins a ReLU with a dense layer before it, and then does not see that the layer could calculate with bytes.
    private void Activate(NodeProto node)
    {
        string zero = _graph.Add<float>($"{node.Output[0]}_least", OnnxType.Float, [0], []);
        _graph.Add("Max", node.Output[0], [node.Input[0], zero]);
    }

    private void Move(NodeProto node, string bytes, Int8Scale scale)
    {
        string output = node.Output[0];
        node.Input[0] = bytes;
        node.Output[0] = Int8Graph.BytesOf(output);
        if (node.OpType == "Pad")
            node.Input.Add(_graph.Add<byte>($"{output}_padding", OnnxType.UInt8, [scale.Zero], []));
        _graph.Add(node);
        _graph.TakeBytes(output, scale);
    }

    // A product with zeros and ones.
    private void Zero(NodeProto node)
    {
        (string input, string mask, string output) = (node.Input[0], node.Input[1], node.Output[0]);
        if (!_graph.IsByte(mask))
            _graph.MakeBytes(mask, new Int8Scale(1, 0));
        _graph.Add(node);
        _graph.MakeBytes(output, _graph.ScaleOf(input));
    }

    // Where only a ReLU reads a value, what the ReLU gives is rounded instead.
    private void Round(NodeProto node)
    {
        string output = node.Output[0];
        _graph.Add(node);
        if (node.OpType != "Relu" && _readers[output].ToArray() is [{ OpType: "Relu" }])
            _unrounded.Add(output);
        else
            Round(output);
    }

    private void Round(string value)
    {
        if (!_graph.IsByte(value))
            _graph.MakeBytes(value, _ranges.ScaleOf(value));
    }

    private string AddTable(string table, string output, out Int8Scale scale)
    {
        ReadOnlySpan<float> numbers = _graph.Numbers(table);
        scale = Int8Scale.Of(TensorPrimitives.Min(numbers), TensorPrimitives.Max(numbers));
        var bytes = new byte[numbers.Length];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = scale.Round(numbers[i]);
        return _graph.Add<byte>($"{output}_table", OnnxType.UInt8, bytes, _graph.ShapeOf(table));
    }

    private bool IsConvolution(NodeProto node) => node.OpType == "Conv" && node.Input.Skip(1).All(_graph.IsFloatConstant);

    private bool IsDense(NodeProto node) => node.OpType == "Gemm" && node.Input.Skip(1).All(_graph.IsFloatConstant)
        && node.Attribute is [{ Name: "transB", I: 1 }];

    private static bool IsMovement(NodeProto node) => _movements.Contains(node.OpType) && !(node.OpType == "Pad" && node.Input.Count > 2);

    // Made of truth values, and so nothing but zeros and ones.
    private bool IsMask(string value)
    {
        while (_makers.TryGetValue(value, out NodeProto? maker))
        {
            if (maker.OpType == "Cast")
                return _makers.TryGetValue(maker.Input[0], out NodeProto? source) && source.OpType == "Cast" && source.Attribute is [{ I: (long)OnnxType.Bool }];
            if (!IsMovement(maker))
                return false;
            value = maker.Input[0];
        }

        return false;
    }
}
