namespace Subloc.MLNet.Onnx.Export.Int8;

/// <summary>Rewrites an LSTM layer as ONNX Runtime's layer of bytes.</summary>
/// <remarks>
/// That one measures the ranges of its input and of its states anew in every batch, which would make a score depend on the batch. Two
/// channels and two units beside the real ones, which have no weight in anything, hold the ends of the ranges: so these are the same always.
/// </remarks>
internal sealed class Int8Lstm
{
    private const int Ends = 2;
    private const int Gates = 4;

    // What opens a gate fully, and keeps a state at one or minus one, in float32.
    private const float Full = 30;

    private readonly Int8Graph _graph;
    private readonly NodeProto _node;
    private readonly string _states;
    private readonly string _last;
    private readonly int _hidden;
    private string _input = "";

    /// <param name="graph">The graph.</param>
    /// <param name="node">The layer; changed.</param>
    public Int8Lstm(Int8Graph graph, NodeProto node)
    {
        (_graph, _node) = (graph, node);
        (_states, _last) = (node.Output[0], node.Output[1]);
        _hidden = (int)node.Attribute[0].I;
    }

    /// <summary>Whether it is a layer as <see cref="OnnxLayers.Lstm"/> writes it.</summary>
    public static bool CanRewrite(Int8Graph graph, NodeProto node) => node.OpType == "LSTM" && node.Output.Count == 2
        && node.Input.Count is 4 or 5 && node.Input.Skip(1).Take(3).All(graph.IsFloatConstant) && node.Attribute is [{ Name: "hidden_size" }];

    /// <summary>Has the layer read bytes.</summary>
    /// <param name="value">[T, B, D].</param>
    public void ReadBytes(string value)
    {
        string count = _graph.Add<long>($"{_states}_ends", OnnxType.Int64, [Ends], [1]);
        string size = _graph.Add("Shape", $"{_states}_steps", [value], new OnnxSetting("start", 0L), new OnnxSetting("end", 2L));
        string shape = _graph.Add("Concat", $"{_states}_ends_shape", [size, count], new OnnxSetting("axis", 0L));
        string range = _graph.Add<byte>($"{_states}_range", OnnxType.UInt8, [byte.MinValue, byte.MaxValue], [1, 1, Ends]);
        string ends = _graph.Add("Expand", $"{_states}_ends_bytes", [range, shape]);
        string bytes = _graph.Add("Concat", $"{_states}_input_bytes", [Int8Graph.BytesOf(value), ends], new OnnxSetting("axis", 2L)); // [T, B, D + 2]
        _input = _graph.Dequantize(bytes, $"{_states}_input", _graph.ScaleOf(value));
    }

    /// <summary>Has the layer read all states of a rewritten one.</summary>
    /// <param name="squeeze">The operator that makes its input of them.</param>
    /// <param name="value">[T, B, D].</param>
    public void ReadStates(NodeProto squeeze, string value) =>
        _input = _graph.Add("Squeeze", AllOf(value), [AllOf(squeeze.Input[0]), squeeze.Input[1]]); // [T, B, D + 2]

    /// <summary>Adds the layer.</summary>
    public void Write()
    {
        int units = _hidden + Ends;
        string batch = _graph.Add("Shape", $"{_states}_batch", [_input], new OnnxSetting("start", 1L), new OnnxSetting("end", 2L));
        string one = _graph.Add<long>($"{_states}_one", OnnxType.Int64, [1], [1]);
        string shape = _graph.Add("Concat", $"{_states}_shape", [one, batch, one], new OnnxSetting("axis", 0L));
        string state = AddStart("state", 1, shape), cell = AddStart("cell", Full, shape);
        string[] weights = AddWeights("input_weights", _node.Input[1]), recurrence = AddWeights("state_weights", _node.Input[2]);
        string bias = _graph.Add<float>($"{_states}_bias", OnnxType.Float, MakeBias(), [1, 2 * Gates * units]);
        var layer = new NodeProto { OpType = "DynamicQuantizeLSTM", Domain = OnnxGraph.RuntimeDomain, Output = { AllOf(_states), AllOf(_last) } };
        layer.Input.AddRange([_input, weights[0], recurrence[0], bias, _node.Input.ElementAtOrDefault(4) ?? "", state, cell, "", .. weights[1..], .. recurrence[1..]]);
        layer.Attribute.Add(new OnnxSetting("hidden_size", units).Content);
        _graph.Add(layer);
        Cut(_states, 3);
        Cut(_last, 2);
    }

    private string AddStart(string name, float end, string shape)
    {
        var values = new float[_hidden + Ends];
        (values[^2], values[^1]) = (-end, end);
        string row = _graph.Add<float>($"{_states}_{name}_row", OnnxType.Float, values, [1, 1, values.Length]);
        return _graph.Add("Expand", $"{_states}_{name}", [row, shape]); // [1, B, H + 2]
    }

    // Bytes [1, D + 2, 4 (H + 2)], scales and zeros.
    private string[] AddWeights(string name, string weights)
    {
        int rows = Gates * (_hidden + Ends), width = (int)_graph.ShapeOf(weights)[2], columns = width + Ends;
        ReadOnlySpan<float> old = _graph.Numbers(weights);
        var numbers = new float[rows * columns];
        for (int row = 0; row < Gates * _hidden; row++)
            old.Slice(row * width, width).CopyTo(numbers.AsSpan(Place(row) * columns));
        var rounded = Int8Weights.Of(numbers, new float[rows], step: 1);
        var bytes = new sbyte[numbers.Length];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                bytes[column * rows + row] = rounded.Bytes[row * columns + column];
        return
        [
            _graph.Add<sbyte>($"{_states}_{name}", OnnxType.Int8, bytes, [1, columns, rows]),
            _graph.Add<float>($"{_states}_{name}_scale", OnnxType.Float, rounded.Scales, [1, rows]),
            _graph.Add<sbyte>($"{_states}_{name}_zero", OnnxType.Int8, new sbyte[rows], [1, rows]),
        ];
    }

    private float[] MakeBias()
    {
        ReadOnlySpan<float> old = _graph.Numbers(_node.Input[3]);
        int units = _hidden + Ends;
        var bias = new float[2 * Gates * units];
        for (int row = 0; row < Gates * _hidden; row++)
        {
            bias[Place(row)] = old[row];
            bias[Gates * units + Place(row)] = old[Gates * _hidden + row];
        }

        // The gates input, output, forget, cell of the two units: nothing comes in, and what is there stays and goes out.
        foreach ((int gate, float value) in new[] { -Full, Full, Full, 0 }.Index())
            bias.AsSpan(gate * units + _hidden, Ends).Fill(value);
        return bias;
    }

    private int Place(int row) => row / _hidden * (_hidden + Ends) + row % _hidden;

    // Without the two units.
    private void Cut(string value, long axis) => _graph.Add("Slice", value, [
        AllOf(value),
        _graph.Add<long>($"{value}_from", OnnxType.Int64, [0], [1]),
        _graph.Add<long>($"{value}_to", OnnxType.Int64, [_hidden], [1]),
        _graph.Add<long>($"{value}_axis", OnnxType.Int64, [axis], [1])]);

    private static string AllOf(string value) => $"{value}_all";
}
