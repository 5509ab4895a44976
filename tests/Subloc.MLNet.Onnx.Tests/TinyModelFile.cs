using System.Text.Json;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.Onnx.Tests;

/// <summary>A file of a token model with two classes, without TorchSharp: the mean of the residues, through one layer.</summary>
internal static class TinyModelFile
{
    /// <summary>The content of the file.</summary>
    public static byte[] Make()
    {
        var graph = new OnnxGraph();
        OnnxValue tokens = graph.Input("tokens", OnnxType.UInt8, "batch", "length");
        OnnxValue table = graph.Constant(Alphabet.OneHotTable, [Alphabet.TokenCount + 1, Alphabet.ResidueCount]);
        OnnxValue residues = graph.ReduceMean(graph.Gather(table, graph.Cast(tokens, OnnxType.Int32)), [1]);
        float[] weights = [.. Enumerable.Range(0, 2 * Alphabet.ResidueCount).Select(i => i % 7 - 3f)];
        OnnxValue logits = graph.Linear(residues, graph.Constant<float>(weights, [2, Alphabet.ResidueCount]), graph.Constant<float>([0, 0], [2]));
        graph.Output("probabilities", graph.Softmax(logits), OnnxType.Float, "batch", 2);
        Info().WriteTo(graph);
        return graph.ToBytes();
    }

    /// <summary>What the file says about itself.</summary>
    public static string Json() => JsonSerializer.Serialize(Info(), ModelReader.Json);

    private static OnnxModelInfo Info() => new()
    {
        Format = OnnxModelInfo.CurrentFormat,
        ClassNames = ["Nucleus", "Cytoplasm"],
        Alphabet = Alphabet.Letters,
        Encoding = ProteinEncoding.Tokens,
        Length = 50,
        Channels = 20,
        LengthPolicy = SequenceEnds.Start,
        Network = "mean",
        Config = JsonSerializer.SerializeToElement(new { }),
        ResidueInput = "OneHot",
        ParameterCount = 42,
        Training = JsonSerializer.SerializeToElement(new { seed = 7 }),
        MadeBy = new Dictionary<string, string> { ["Subloc.MLNet"] = "0.1.0" },
        FeatureColumnName = "Features",
        MaskColumnName = null,
    };
}
