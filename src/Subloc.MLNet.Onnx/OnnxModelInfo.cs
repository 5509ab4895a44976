using System.Text.Json;
using System.Text.Json.Serialization;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.Onnx;

/// <summary>What an exported model says about itself: enough to score proteins with the file alone.</summary>
/// <remarks>
/// Stored as JSON in the model's metadata under the name <c>subloc</c>. A token model has the input <c>tokens</c> (uint8 or int64,
/// [batch, length]: 0 is padding, other values are places in <see cref="Alphabet"/>, counted from 1). A channel model has the inputs
/// <c>features</c> (float32, [batch, length, channels]) and <c>mask</c> (float32, [batch, length]: 1 on residues, 0 on padding). Both
/// have the output <c>probabilities</c> (float32, [batch, classes]) and, where the network has it, <c>attention</c> (float32, [batch, length]).
/// Batch and length, 1 to <see cref="Length"/>, are chosen by every call; padding stands at the right.
/// </remarks>
public sealed record OnnxModelInfo
{
    /// <summary>The format that this version writes and reads: 1.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Name of the entry in the model's metadata.</summary>
    public const string MetadataKey = "subloc";

    /// <summary>Name of the entry in the model's metadata that holds the families, compressed (Brotli) and in base64, where there are any.</summary>
    public const string FamiliesKey = "subloc_families";

    /// <summary>Format of the stored model.</summary>
    public required int Format { get; init; }

    /// <summary>Names of the classes, in the order of the scores.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Letters of tokens 1 to 24.</summary>
    public required string Alphabet { get; init; }

    /// <summary>How sequences become the input; null where it is channels that no encoding of sequences makes, such as profiles.</summary>
    public required ProteinEncoding? Encoding { get; init; }

    /// <summary>Most positions of an input, L.</summary>
    public required int Length { get; init; }

    /// <summary>Channels of one position inside the network, and of the input <c>features</c>.</summary>
    public required int Channels { get; init; }

    /// <summary>Which residues of a sequence longer than <see cref="Length"/> are kept.</summary>
    public required SequenceEnds LengthPolicy { get; init; }

    /// <summary>Kind of the network.</summary>
    public required string Network { get; init; }

    /// <summary>How many networks' logits are averaged. Default 1; of several, config and training are the first one's.</summary>
    public int Networks { get; init; } = 1;

    /// <summary>Families of training proteins, whose word is added to the network's logits. Default 0: none.</summary>
    /// <remarks>They speak outside the graph: its output is the network's own word, to which this library adds theirs.</remarks>
    public int Families { get; init; }

    /// <summary>Properties of the network's configuration.</summary>
    public required JsonElement Config { get; init; }

    /// <summary>How residue tokens become channels inside the network: <c>OneHot</c>, <c>Blosum62</c> or <c>Embedding</c>; null for channel models.</summary>
    public required string? ResidueInput { get; init; }

    /// <summary>Numbers that the network calculates with. Default <see cref="OnnxPrecision.Float32"/>.</summary>
    public OnnxPrecision Precision { get; init; }

    /// <summary>Whether 16 bits are enough for two products of bytes, added, as processors without VNNI add them. Default false: not known, so such processors take a slower way.</summary>
    public bool HasShortSums { get; init; }

    /// <summary>Number of values that training adjusted; those of a network that counts twice in an average, once.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>How the network was trained.</summary>
    public required JsonElement Training { get; init; }

    /// <summary>Versions of the packages that trained and exported the model.</summary>
    public required IReadOnlyDictionary<string, string> MadeBy { get; init; }

    /// <summary>Column that the encoded protein was read from in training.</summary>
    public required string FeatureColumnName { get; init; }

    /// <summary>Column that the mask of channels was read from in training; null where channels had none, and for tokens.</summary>
    public required string? MaskColumnName { get; init; }

    /// <summary>What the network's logits are divided by inside the graph, before the softmax, so that probabilities are as large as they are right. Default 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>What is added to each class's logit inside the graph, before the temperature, so that rare classes are named more often. Default empty: nothing.</summary>
    public IReadOnlyList<double> ClassOffsets { get; init; } = [];

    /// <summary>Whether the network reads tokens rather than channels.</summary>
    [JsonIgnore]
    public bool IsTokens => Encoding == ProteinEncoding.Tokens;

    /// <summary>Reads what a file says about itself.</summary>
    /// <param name="path">An exported model.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an exported model, is damaged, or was made by a newer version.</exception>
    public static OnnxModelInfo Read(string path) => Read(ModelReader.Load(path), path);

    /// <summary>Reads what a model says about itself.</summary>
    /// <param name="model">The content of an exported model's file.</param>
    /// <param name="name">What to call the model in messages.</param>
    /// <exception cref="InvalidDataException">It is not an exported model, is damaged, or was made by a newer version.</exception>
    public static OnnxModelInfo Read(ReadOnlySpan<byte> model, string name) => ModelReader.Read(model, name);

    /// <summary>Stores the description in a model, with its main parts once more for people who look at the file.</summary>
    internal void WriteTo(OnnxGraph graph)
    {
        graph.Metadata[MetadataKey] = JsonSerializer.Serialize(this, ModelReader.Json);
        graph.Metadata["classes"] = string.Join(", ", ClassNames);
        graph.Metadata["network"] = Network;
    }
}
