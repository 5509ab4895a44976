using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Onnx.Export.Int8;

namespace Subloc.MLNet.Onnx.Export;

/// <summary>Builds an ONNX model, operator by operator.</summary>
/// <remarks>
/// <para>
/// Declare the inputs, apply operators and name the outputs: <c>graph.Output("y", graph.Relu(graph.Linear(x, weight, bias)), OnnxType.Float, "batch", 10)</c>.
/// <see cref="OnnxOperators"/> and <see cref="OnnxLayers"/> have methods for the usual operators; <c>Operator</c> applies any other one
/// of operator set <see cref="OperatorSet"/>, where it always gives the same for the same. A graph is used by one thread at a time.
/// </para>
/// <para>
/// Equal constants become one, and so do equal operators on equal inputs: what the networks of an average have in common is calculated once.
/// </para>
/// <para>
/// Files have version 8 of ONNX' representation, which readers of 2022 and later understand.
/// </para>
/// </remarks>
public sealed class OnnxGraph
{
    /// <summary>Version of the operators' definitions: 17.</summary>
    public const int OperatorSet = 17;

    /// <summary>Where ONNX Runtime keeps operators of its own.</summary>
    internal const string RuntimeDomain = "com.microsoft";

    private const int RepresentationVersion = 8;

    private readonly ModelProto _model = new() { IrVersion = RepresentationVersion, Graph = new GraphProto() };
    private readonly Dictionary<string, OnnxValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxValue> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxValue[]> _applied = new(StringComparer.Ordinal);

    /// <summary>Starts an empty graph.</summary>
    /// <param name="name">Name of the graph. Default <c>network</c>.</param>
    public OnnxGraph(string name = "network")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _model.Graph.Name = name;
        _model.ProducerName = "Subloc.MLNet";
        _model.ProducerVersion = typeof(OnnxGraph).Assembly.GetName().Version!.ToString(3);
        _model.OpsetImport.Add(new OperatorSetProto { Version = OperatorSet });
    }

    /// <summary>Texts that are stored with the model, by name.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How the file keeps constant tensors of Single, those of 1024 elements and more and two or more axes. Default 32 bits an element.</summary>
    public WeightStorage WeightStorage { get; set; }

    /// <summary>Whether only ONNX Runtime will run the model, so that operators of its own may be used where they are faster.</summary>
    internal bool IsForOnnxRuntime { get; init; }

    /// <summary>A value by its name.</summary>
    /// <exception cref="KeyNotFoundException">The graph has none of this name.</exception>
    internal OnnxValue Find(string name) => _values[name];

    /// <summary>Declares an input.</summary>
    /// <param name="name">Its name; not yet used in the graph.</param>
    /// <param name="type">Type of its elements.</param>
    /// <param name="shape">Its dimensions: numbers, and names of sizes that every call may choose.</param>
    /// <exception cref="ArgumentException">The name is used already.</exception>
    public OnnxValue Input(string name, OnnxType type, params OnnxDimension[] shape)
    {
        OnnxValue value = Add(name);
        _model.Graph.Input.Add(Describe(name, type, shape));
        return value;
    }

    /// <summary>Declares an output.</summary>
    /// <param name="name">Its name; not yet used in the graph.</param>
    /// <param name="value">What it gives.</param>
    /// <param name="type">Type of its elements.</param>
    /// <param name="shape">Its dimensions: numbers, and names of sizes that depend on the inputs.</param>
    /// <exception cref="ArgumentException">The name is used already.</exception>
    public void Output(string name, OnnxValue value, OnnxType type, params OnnxDimension[] shape)
    {
        Add(name);
        AddNode("", "Identity", [value], [name], []);
        _model.Graph.Output.Add(Describe(name, type, shape));
    }

    /// <summary>A constant tensor; unnamed ones that are equal share one.</summary>
    /// <typeparam name="T">Single, Double, Byte, SByte, Int16, Int32, Int64, Boolean or Half.</typeparam>
    /// <param name="values">The elements in row-major order; as many as the shape has. Copied.</param>
    /// <param name="shape">Its dimensions; none for a single element.</param>
    /// <param name="name">Its name; null gives it one.</param>
    /// <exception cref="ArgumentException">The shape has another number of elements, or the name is used already.</exception>
    /// <exception cref="NotSupportedException">Elements of this type are not written.</exception>
    public OnnxValue Constant<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, string? name = null)
        where T : unmanaged
    {
        long count = 1;
        foreach (long size in shape)
            count = checked(count * size);
        if (count != values.Length)
            throw new ArgumentException($"The shape has {count} elements, but {values.Length} values are given.", nameof(values));

        string key = $"{TypeOf<T>()} {string.Join(',', shape.ToArray())} {Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(values)))}";
        if (name is null && _constants.TryGetValue(key, out OnnxValue? known))
            return known;

        OnnxValue value = Add(name ?? NewName("constant"));
        _model.Graph.Initializer.Add(TensorProto.Of(value.Name, TypeOf<T>(), values, shape.ToArray()));
        if (name is null)
            _constants.Add(key, value);
        return value;
    }

    /// <summary>A single constant number.</summary>
    /// <param name="value">The number.</param>
    public OnnxValue Constant(float value) => Constant<float>([value], []);

    /// <summary>A constant list of whole numbers, such as axes and shapes.</summary>
    /// <param name="values">The numbers.</param>
    public OnnxValue Integers(params ReadOnlySpan<long> values) => Constant(values, [values.Length]);

    /// <summary>Applies an operator that gives one tensor.</summary>
    /// <param name="type">Name of the operator in operator set <see cref="OperatorSet"/>, such as <c>Tanh</c>.</param>
    /// <param name="inputs">Its inputs, in the order of its definition; null leaves an optional one out.</param>
    /// <param name="attributes">Settings other than the defaults.</param>
    public OnnxValue Operator(string type, IReadOnlyList<OnnxValue?> inputs, params OnnxSetting[] attributes) =>
        Operator(type, inputs, 1, attributes)[0];

    /// <summary>Applies an operator that gives several tensors.</summary>
    /// <param name="type">Name of the operator, such as <c>Split</c>.</param>
    /// <param name="inputs">Its inputs; null leaves an optional one out.</param>
    /// <param name="outputs">How many of its outputs are wanted, from the first on; at least 1.</param>
    /// <param name="attributes">Settings other than the defaults.</param>
    public IReadOnlyList<OnnxValue> Operator(string type, IReadOnlyList<OnnxValue?> inputs, int outputs, params OnnxSetting[] attributes)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentNullException.ThrowIfNull(attributes);
        return Apply("", type, inputs, outputs, attributes);
    }

    /// <summary>Applies an operator of ONNX Runtime's own.</summary>
    /// <param name="type">Its name there.</param>
    /// <param name="inputs">Its inputs; null leaves an optional one out.</param>
    /// <param name="attributes">Settings other than the defaults.</param>
    internal OnnxValue RuntimeOperator(string type, IReadOnlyList<OnnxValue?> inputs, params OnnxSetting[] attributes)
    {
        DeclareRuntimeDomain(_model);
        return Apply(RuntimeDomain, type, inputs, 1, attributes)[0];
    }

    /// <summary>Says in a model that it uses operators of ONNX Runtime's own.</summary>
    internal static void DeclareRuntimeDomain(ModelProto model)
    {
        if (!model.OpsetImport.Any(set => set.Domain == RuntimeDomain))
            model.OpsetImport.Add(new OperatorSetProto { Domain = RuntimeDomain, Version = 1 });
    }

    /// <summary>The model as the content of a file.</summary>
    public byte[] ToBytes() => Model().ToByteArray();

    /// <summary>Writes the model.</summary>
    /// <param name="stream">Receives the content of the file.</param>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Model().WriteTo(stream);
    }

    /// <summary>Writes the model to a file, which appears when it is whole.</summary>
    /// <param name="path">The file; replaced where there is one.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
                Write(stream);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Lets the network calculate with bytes; nothing may be added to the graph afterwards.</summary>
    /// <param name="info">What the model says about itself.</param>
    /// <param name="proteins">Some hundred proteins, on which the ranges of all values are measured.</param>
    internal void RoundToBytes(OnnxModelInfo info, ProteinSet proteins) =>
        Int8Rewriter.Rewrite(_model, ValueRanges.Measure(_model, info, proteins));

    private ModelProto Model()
    {
        ModelProto model = _model.Clone();
        model.MetadataProps.AddRange(Metadata.Select(entry => new EntryProto { Key = entry.Key, Value = entry.Value }));
        ShortWeights.Apply(model.Graph, WeightStorage);
        return model;
    }

    private OnnxValue[] Apply(string domain, string type, IReadOnlyList<OnnxValue?> inputs, int outputs, OnnxSetting[] attributes)
    {
        string key = $"{domain} {type} {outputs} {string.Join(',', inputs.Select(input => input?.Name))} {string.Join(',', attributes.Select(attribute => attribute.Content))}";
        if (inputs.All(input => input is null || input.Graph == this) && _applied.TryGetValue(key, out OnnxValue[]? known))
            return known;

        string name = NewName(type);
        OnnxValue[] results = [.. Enumerable.Range(0, outputs).Select(i => Add(i == 0 ? name : NewName($"{name}_{i}")))];
        AddNode(domain, type, inputs, results.Select(result => result.Name), attributes);
        _applied.Add(key, results);
        return results;
    }

    private OnnxValue Add(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var value = new OnnxValue(this, name);
        if (!_values.TryAdd(name, value))
            throw new ArgumentException($"The graph has a value '{name}' already; choose another name.", nameof(name));
        return value;
    }

    private void AddNode(string domain, string type, IReadOnlyList<OnnxValue?> inputs, IEnumerable<string> outputs, OnnxSetting[] attributes)
    {
        var node = new NodeProto { OpType = type, Domain = domain };
        foreach (OnnxValue? input in inputs)
        {
            if (input is not null && input.Graph != this)
                throw new ArgumentException($"The value '{input.Name}' belongs to another graph.", nameof(inputs));
            node.Input.Add(input?.Name ?? "");
        }

        node.Output.AddRange(outputs);
        node.Name = node.Output[0];
        node.Attribute.AddRange(attributes.Select(attribute => attribute.Content));
        _model.Graph.Node.Add(node);
    }

    private string NewName(string stem)
    {
        string name;
        do
        {
            int number = _numbers[stem] = _numbers.GetValueOrDefault(stem) + 1;
            name = string.Create(CultureInfo.InvariantCulture, $"{stem}_{number}");
        }
        while (_values.ContainsKey(name));

        return name;
    }

    private static ValueProto Describe(string name, OnnxType type, OnnxDimension[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var dimensions = new ShapeProto();
        dimensions.Dim.AddRange(shape.Select(dimension => dimension.Size is { } size
            ? new DimensionProto { DimValue = size }
            : new DimensionProto { DimParam = dimension.Name }));
        return new ValueProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TensorTypeProto { ElemType = (int)type, Shape = dimensions } },
        };
    }

    private static OnnxType TypeOf<T>() => default(T) switch
    {
        float => OnnxType.Float,
        double => OnnxType.Double,
        byte => OnnxType.UInt8,
        sbyte => OnnxType.Int8,
        short => OnnxType.Int16,
        int => OnnxType.Int32,
        long => OnnxType.Int64,
        bool => OnnxType.Bool,
        Half => OnnxType.Float16,
        _ => throw new NotSupportedException($"Constants of type {typeof(T).Name} are not written."),
    };
}
