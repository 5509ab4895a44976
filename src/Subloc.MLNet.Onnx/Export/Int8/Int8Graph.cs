using System.Runtime.InteropServices;

namespace Subloc.MLNet.Onnx.Export.Int8;

/// <summary>The operators and constants of a graph while it is rewritten, and which of its values are bytes by now.</summary>
/// <param name="graph">The graph as it was.</param>
internal sealed class Int8Graph(GraphProto graph)
{
    private readonly Dictionary<string, TensorProto> _constants = graph.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, Int8Scale> _scales = new(StringComparer.Ordinal);
    private readonly List<NodeProto> _nodes = [];

    /// <summary>Whether a value is there as bytes.</summary>
    public bool IsByte(string value) => _scales.ContainsKey(value);

    /// <summary>What a value's bytes stand for.</summary>
    public Int8Scale ScaleOf(string value) => _scales[value];

    /// <summary>Name of a value's bytes.</summary>
    public static string BytesOf(string value) => $"{value}_bytes";

    /// <summary>Whether a value is a float32 constant.</summary>
    public bool IsFloatConstant(string name) => _constants.TryGetValue(name, out TensorProto? tensor) && tensor.DataType == (int)OnnxType.Float;

    /// <summary>The numbers of a float32 constant.</summary>
    public ReadOnlySpan<float> Numbers(string constant) => MemoryMarshal.Cast<byte, float>(_constants[constant].RawData.Span);

    /// <summary>The shape of a constant.</summary>
    public IReadOnlyList<long> ShapeOf(string constant) => _constants[constant].Dims;

    /// <summary>Adds a constant.</summary>
    /// <returns>Its name.</returns>
    public string Add<T>(string name, OnnxType type, ReadOnlySpan<T> values, IEnumerable<long> shape)
        where T : unmanaged
    {
        _constants.Add(name, TensorProto.Of(name, type, values, shape));
        return name;
    }

    /// <summary>Adds an operator; what it reads of bytes it reads as the numbers that they stand for.</summary>
    public void Add(NodeProto node)
    {
        for (int i = 0; i < node.Input.Count; i++)
        {
            // Who asks for a shape needs no numbers.
            if (IsByte(node.Input[i]))
                node.Input[i] = node.OpType == "Shape" ? BytesOf(node.Input[i]) : RoundedOf(node.Input[i]);
        }

        node.Name = node.Output[0];
        _nodes.Add(node);
    }

    /// <summary>Adds an operator.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="output">What it gives.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="attributes">Its settings.</param>
    /// <returns>What it gives.</returns>
    public string Add(string type, string output, IEnumerable<string> inputs, params OnnxSetting[] attributes)
    {
        var node = new NodeProto { OpType = type, Output = { output } };
        node.Input.AddRange(inputs);
        node.Attribute.AddRange(attributes.Select(attribute => attribute.Content));
        Add(node);
        return output;
    }

    /// <summary>Rounds a value to bytes.</summary>
    public void MakeBytes(string value, Int8Scale scale)
    {
        string bytes = BytesOf(value);
        Add("QuantizeLinear", bytes, [value, .. AddScale(bytes, scale)]);
        TakeBytes(value, scale);
    }

    /// <summary>Has the readers of a value read what its bytes stand for, which were added under their name.</summary>
    public void TakeBytes(string value, Int8Scale scale)
    {
        Dequantize(BytesOf(value), RoundedOf(value), scale);
        _scales[value] = scale;
    }

    /// <summary>Adds the numbers that bytes stand for.</summary>
    /// <returns>Their name.</returns>
    public string Dequantize(string bytes, string numbers, Int8Scale scale) =>
        Add("DequantizeLinear", numbers, [bytes, .. AddScale(numbers, scale)]);

    /// <summary>Adds the numbers that a constant of integers stands for, each of whose rows has a scale of its own.</summary>
    /// <returns>Their name.</returns>
    public string DequantizeRows<T>(string integers, float[] scales)
        where T : unmanaged
    {
        string steps = Add<float>($"{integers}_scale", OnnxType.Float, scales, [scales.Length]);
        string zeros = Add<T>($"{integers}_zero", (OnnxType)_constants[integers].DataType, new T[scales.Length], [scales.Length]);
        return Add("DequantizeLinear", RoundedOf(integers), [integers, steps, zeros], new OnnxSetting("axis", 0L));
    }

    /// <summary>Puts the operators and constants in place of the old ones, but for what nobody reads any more.</summary>
    public void Replace()
    {
        var read = graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var kept = new List<NodeProto>();
        foreach (NodeProto node in Enumerable.Reverse(_nodes).Where(node => node.Output.Any(read.Contains)))
        {
            kept.Add(node);
            read.UnionWith(node.Input);
        }

        graph.Node.Clear();
        graph.Node.AddRange(Enumerable.Reverse(kept));
        graph.Initializer.Clear();
        graph.Initializer.AddRange(_constants.Values.Where(tensor => read.Contains(tensor.Name)));
    }

    private string[] AddScale(string value, Int8Scale scale) =>
    [
        Add<float>($"{value}_scale", OnnxType.Float, [scale.Scale], []),
        Add<byte>($"{value}_zero", OnnxType.UInt8, [scale.Zero], []),
    ];

    private static string RoundedOf(string value) => $"{value}_rounded";
}
