using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.Onnx.Export;

/// <summary>Reads and checks what an exported model says about itself.</summary>
internal static class ModelReader
{
    /// <summary>How the description is written as JSON.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
        RespectNullableAnnotations = true,
    };

    /// <summary>The same, for people.</summary>
    public static JsonSerializerOptions IndentedJson { get; } = new(Json) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Operator sets that ONNX Runtime runs and that have not changed what this library writes.
    private const int OldestOperatorSet = 13;
    private const int NewestOperatorSet = 22;

    // The first field of a model is the version of its representation, and that is a small number.
    private const byte FirstTag = 0x08;

    /// <summary>Reads the content of a file that may be a model.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is too large for a model.</exception>
    public static byte[] Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such model file; check the name and the folder that it starts from.", path);
        if (new FileInfo(path).Length > Array.MaxLength)
            throw new InvalidDataException($"{path}: the file is larger than the 2 GB that an ONNX file can have.");
        return File.ReadAllBytes(path);
    }

    /// <summary>Reads a model's description.</summary>
    /// <exception cref="InvalidDataException">It is not an exported model of this version.</exception>
    public static OnnxModelInfo Read(ReadOnlySpan<byte> content, string name) => Read(content, name, out _);

    /// <summary>Reads a model and its description.</summary>
    /// <exception cref="InvalidDataException">It is not an exported model of this version.</exception>
    public static OnnxModelInfo Read(ReadOnlySpan<byte> content, string name, out ModelProto model)
    {
        model = Parse(content, name);
        long version = model.OpsetImport.FirstOrDefault(set => set.Domain.Length == 0)?.Version
            ?? throw new InvalidDataException($"{name}: the ONNX file does not name its operator set; it is cut off or damaged, so export the model again or use another copy.");
        string json = FindMetadata(model, OnnxModelInfo.MetadataKey)
            ?? throw new InvalidDataException($"{name}: the ONNX file has no '{OnnxModelInfo.MetadataKey}' entry in its metadata; use a file that this library exported.");
        OnnxModelInfo info = Describe(json, name);
        if (version is < OldestOperatorSet or > NewestOperatorSet)
            throw new InvalidDataException($"{name}: the ONNX file uses operator set {version}, this version reads {OldestOperatorSet} to {NewestOperatorSet}; export the model again.");
        ForeignContent.Check(model, name);
        CheckValues(info, name);
        CheckGraph(model.Graph, info, name);
        return info;
    }

    /// <summary>Reads a text that is stored with a model; null where there is none of this name.</summary>
    /// <exception cref="InvalidDataException">It is not an ONNX model.</exception>
    public static string? ReadMetadata(ReadOnlySpan<byte> content, string name, string key) =>
        FindMetadata(Parse(content, name), key);

    /// <summary>A text that is stored with a model; null where there is none of this name.</summary>
    public static string? FindMetadata(ModelProto model, string key) => model.MetadataProps.FirstOrDefault(entry => entry.Key == key)?.Value;

    private static ModelProto Parse(ReadOnlySpan<byte> content, string name)
    {
        if (content.IsEmpty)
            throw new InvalidDataException($"{name}: the file is empty; expected an ONNX model.");
        if (content[0] != FirstTag)
            throw new InvalidDataException($"{name}: this is not an ONNX model.");

        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(content);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidDataException($"{name}: the ONNX file is cut off or damaged; export the model again or use another copy.", error);
        }

        return model.Graph is not null
            ? model
            : throw new InvalidDataException($"{name}: the file has no ONNX graph; it is not an ONNX model, or is cut off.");
    }

    private static OnnxModelInfo Describe(string json, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            int format = document.RootElement.GetProperty("format").GetInt32();
            if (format != OnnxModelInfo.CurrentFormat)
                throw new InvalidDataException($"{name}: the model has format {format}, this version reads {OnnxModelInfo.CurrentFormat}; {(format > OnnxModelInfo.CurrentFormat ? "install a newer version" : "export it again")}.");
            return document.Deserialize<OnnxModelInfo>(Json)!;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{name}: what the model says about itself cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private static void CheckValues(OnnxModelInfo info, string name)
    {
        if (info.Alphabet != Alphabet.Letters)
            throw new InvalidDataException($"{name}: the model reads the residue letters {info.Alphabet}, this version {Alphabet.Letters}; train it again with this version.");
        if (info.Length is < 1 or > ProteinEncodingOptions.MaximumLength)
            throw new InvalidDataException($"{name}: the model claims inputs of {info.Length} positions; expected 1 to {ProteinEncodingOptions.MaximumLength}.");
        if (info.Channels < 1 || (info.Encoding is ProteinEncoding.OneHot or ProteinEncoding.Blosum62 && info.Channels != Alphabet.ResidueCount))
            throw new InvalidDataException($"{name}: the model claims {info.Channels} channels, which its encoding does not give.");
        if (string.IsNullOrWhiteSpace(info.FeatureColumnName) || (info.MaskColumnName is { } mask && string.IsNullOrWhiteSpace(mask)))
            throw new InvalidDataException($"{name}: the model names a column that it reads with an empty text; export it again.");
        if (info.Temperature is not (> 0 and < double.PositiveInfinity))
            throw new InvalidDataException(FormattableString.Invariant($"{name}: the model claims the temperature {info.Temperature}; expected a number above 0."));
        if (info.ClassOffsets is null || (info.ClassOffsets.Count > 0 && info.ClassOffsets.Count != info.ClassNames.Count))
            throw new InvalidDataException($"{name}: the model claims offsets for other classes than it has; export it again.");
        if (info.ClassNames.Count < 2 || info.ClassNames.Any(string.IsNullOrEmpty))
            throw new InvalidDataException($"{name}: the model names {info.ClassNames.Count} classes; expected at least 2, each with a name.");
    }

    private static void CheckGraph(GraphProto graph, OnnxModelInfo info, string name)
    {
        var constants = graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        ValueProto[] inputs = [.. graph.Input.Where(input => !constants.Contains(input.Name))];
        (string Name, OnnxType[] Types, int Dimensions)[] expected = info.IsTokens
            ? [(ModelValues.Tokens, [OnnxType.UInt8, OnnxType.Int64], 2)]
            : [(ModelValues.Features, [OnnxType.Float], 3), (ModelValues.Mask, [OnnxType.Float], 2)];
        Check(inputs, expected, "inputs", name);
        (string Name, OnnxType[] Types, int Dimensions) probabilities = (ModelValues.Probabilities, [OnnxType.Float], 2);
        Check(
            [.. graph.Output],
            graph.Output.Any(output => output.Name == ModelValues.Attention) ? [probabilities, (ModelValues.Attention, [OnnxType.Float], 2)] : [probabilities],
            "outputs",
            name);
        var classes = graph.Output.First(output => output.Name == ModelValues.Probabilities).Type.TensorType.Shape.Dim[1];
        if (classes.ValueCase == DimensionProto.ValueOneofCase.DimValue && classes.DimValue != info.ClassNames.Count)
            throw new InvalidDataException($"{name}: the model gives {classes.DimValue} probabilities but names {info.ClassNames.Count} classes.");
    }

    private static void Check(ValueProto[] found, (string Name, OnnxType[] Types, int Dimensions)[] expected, string what, string name)
    {
        bool fits = found.Length == expected.Length && expected.All(value => found.Any(one => one.Name == value.Name
            && value.Types.Contains((OnnxType)(one.Type?.TensorType?.ElemType ?? 0))
            && one.Type?.TensorType?.Shape?.Dim.Count == value.Dimensions));
        if (fits)
            return;

        string wanted = string.Join(" and ", expected.Select(value =>
            $"{value.Name} ({string.Join(" or ", value.Types)}, {value.Dimensions} dimensions)"));
        string got = found.Length == 0 ? "none" : string.Join(", ", found.Select(one =>
            $"{one.Name} ({(OnnxType)(one.Type?.TensorType?.ElemType ?? 0)}, {one.Type?.TensorType?.Shape?.Dim.Count ?? 0} dimensions)"));
        throw new InvalidDataException($"{name}: the ONNX file has the {what} {got}; expected {wanted}.");
    }
}
