using Subloc.MLNet.Families;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Scoring;

namespace Subloc.MLNet.Onnx.Scoring;

/// <summary>An exported model, checked before ONNX Runtime sees it.</summary>
internal sealed class OnnxModelContent
{
    private const int MostClasses = 10_000;

    /// <param name="bytes">Content of the file; kept.</param>
    /// <param name="name">What to call the model in messages.</param>
    /// <exception cref="InvalidDataException">It is not an exported model, is damaged, or was made by a newer version.</exception>
    public OnnxModelContent(byte[] bytes, string name)
    {
        Bytes = bytes;
        Name = name;
        Info = ModelReader.Read(bytes, name, out ModelProto model);
        GraphProto graph = model.Graph;
        HasAttention = graph.Output.Any(output => output.Name == ModelValues.Attention);
        IsRecurrent = graph.Node.Any(node => node.OpType.EndsWith("LSTM", StringComparison.Ordinal));
        IsTransformer = graph.Node.Any(node => node.OpType == "LayerNormalization");

        // What the file claims decides how much memory scoring takes.
        if (Info.ClassNames.Count > MostClasses)
            throw new InvalidDataException($"{name}: the model names {Info.ClassNames.Count} classes; expected at most {MostClasses}.");
        if (!Info.IsTokens && (long)Info.Length * Info.Channels > int.MaxValue / sizeof(float))
            throw new InvalidDataException($"{name}: the model claims inputs of {Info.Length} positions with {Info.Channels} channels, more than 2 GB a protein.");
        Families = ReadFamilies(model, Info, name);
    }

    /// <summary>Content of the file.</summary>
    public byte[] Bytes { get; }

    /// <summary>What to call the model in messages.</summary>
    public string Name { get; }

    /// <summary>What the model says about itself.</summary>
    public OnnxModelInfo Info { get; }

    /// <summary>Families whose word is added to what the graph says; null where there are none.</summary>
    public ProteinFamilies? Families { get; }

    /// <summary>Whether the model gives an attention.</summary>
    public bool HasAttention { get; }

    /// <summary>Whether the network has LSTM layers.</summary>
    public bool IsRecurrent { get; }

    /// <summary>Whether the network has blocks of a transformer, which compare all positions with each other.</summary>
    public bool IsTransformer { get; }

    /// <summary>What the model reads.</summary>
    public EncodedInput InputOf(ProteinOnnxOptions options) => new(
        options.FeatureColumnName ?? Info.FeatureColumnName,
        Info.MaskColumnName is null ? null : options.MaskColumnName ?? Info.MaskColumnName,
        Info.IsTokens,
        Info.Length,
        Info.Channels);

    private static ProteinFamilies? ReadFamilies(ModelProto model, OnnxModelInfo info, string name)
    {
        if (info.Families == 0)
            return null;

        try
        {
            string text = ModelReader.FindMetadata(model, OnnxModelInfo.FamiliesKey)
                ?? throw new InvalidDataException("The model lacks its families; export it again or use another copy.");
            ProteinFamilies families = FamilyFile.ReadText(text, info.ClassNames.Count);
            return info.IsTokens && families.Count == info.Families
                ? families
                : throw new InvalidDataException("The model has other families than it says; export it again or use another copy.");
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{name}: {error.Message}", error);
        }
    }
}
