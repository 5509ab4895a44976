using System.Text.Json;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.Onnx.Tests;

/// <summary>A model that can be worked out by hand: softmax of a random matrix times a protein's amino-acid composition.</summary>
internal sealed record CompositionModel
{
    public const int Classes = 4;

    public int Length { get; init; } = 50;

    public ProteinEncoding Encoding { get; init; } = ProteinEncoding.Tokens;

    public OnnxType TokenType { get; init; } = OnnxType.Int64;

    public bool HasAttention { get; init; }

    /// <summary>Whether the model takes one protein of the full length at a time.</summary>
    public bool IsFixed { get; init; }

    public SequenceEnds Keep { get; init; } = SequenceEnds.Both;

    /// <summary>Changes what the model says about itself.</summary>
    public Func<OnnxModelInfo, OnnxModelInfo> Tell { get; init; } = info => info;

    public OnnxModelInfo Info => Tell(new OnnxModelInfo
    {
        Format = OnnxModelInfo.CurrentFormat,
        ClassNames = ["Nucleus", "Cytoplasm", "Plastid", "Membrane"],
        Alphabet = Alphabet.Letters,
        Encoding = Encoding,
        Length = Length,
        Channels = Alphabet.ResidueCount,
        LengthPolicy = Keep,
        Network = "composition",
        Config = JsonSerializer.SerializeToElement(new { }),
        ResidueInput = Encoding == ProteinEncoding.Tokens ? "OneHot" : null,
        ParameterCount = Weights.Length,
        Training = JsonSerializer.SerializeToElement(new { }),
        MadeBy = new Dictionary<string, string> { ["Subloc.MLNet"] = "0.1.0" },
        FeatureColumnName = ColumnNames.Features,
        MaskColumnName = Encoding == ProteinEncoding.Tokens ? null : ColumnNames.Mask,
    });

    private static float[] Weights { get; } = MakeWeights();

    public OnnxGraph Build()
    {
        var graph = new OnnxGraph();
        OnnxDimension batch = IsFixed ? 1 : "batch", length = IsFixed ? Length : "length";
        OnnxValue channels, mask;
        if (Encoding == ProteinEncoding.Tokens)
        {
            OnnxValue tokens = graph.Cast(graph.Input("tokens", TokenType, batch, length), OnnxType.Int64);
            channels = graph.Gather(graph.Constant(Alphabet.OneHotTable, [Alphabet.TokenCount + 1, Alphabet.ResidueCount]), tokens);
            mask = graph.Cast(graph.Greater(tokens, graph.Integers(0)), OnnxType.Float);
        }
        else
        {
            channels = graph.Input("features", OnnxType.Float, batch, length, Alphabet.ResidueCount);
            mask = graph.Input("mask", OnnxType.Float, batch, length);
        }

        OnnxValue count = graph.ReduceSum(mask, [1], keep: true);
        OnnxValue composition = graph.Div(graph.ReduceSum(channels, [1]), count);
        OnnxValue logits = graph.Linear(composition, graph.Constant<float>(Weights, [Classes, Alphabet.ResidueCount]), graph.Constant<float>(new float[Classes], [Classes]));
        graph.Output("probabilities", graph.Softmax(logits), OnnxType.Float, batch, Classes);
        if (HasAttention)
        {
            // Not zero on padding, which a scorer must not hand out.
            graph.Output("attention", graph.Div(graph.Add(graph.Sub(mask, mask), graph.Constant(1f)), count), OnnxType.Float, batch, length);
        }

        graph.Metadata[OnnxModelInfo.MetadataKey] = JsonSerializer.Serialize(Info, ModelReader.Json);
        return graph;
    }

    public string Save(string path)
    {
        Build().Save(path);
        return path;
    }

    /// <summary>What the model must give for a sequence, worked out without it.</summary>
    public float[] Expect(string sequence)
    {
        var tokens = new byte[Length];
        int count = SequenceTokens.Encode(sequence, Keep, tokens);
        var logits = new double[Classes];
        for (int k = 0; k < Classes; k++)
        {
            for (int i = 0; i < count; i++)
            {
                for (int channel = 0; channel < Alphabet.ResidueCount; channel++)
                    logits[k] += Alphabet.OneHotTable[tokens[i] * Alphabet.ResidueCount + channel] * Weights[k * Alphabet.ResidueCount + channel] / count;
            }
        }

        double sum = logits.Sum(Math.Exp);
        return [.. logits.Select(logit => (float)(Math.Exp(logit) / sum))];
    }

    private static float[] MakeWeights()
    {
        var random = new Random(17);
        return [.. Enumerable.Range(0, Classes * Alphabet.ResidueCount).Select(_ => (float)(random.NextDouble() * 10 - 5))];
    }
}
