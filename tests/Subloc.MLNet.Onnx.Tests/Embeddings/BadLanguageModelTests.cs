using Microsoft.ML;
using Subloc.MLNet.Onnx.Embeddings;
using Subloc.MLNet.Onnx.Export;
using static Subloc.MLNet.Onnx.Tests.Embeddings.TinyModels;

namespace Subloc.MLNet.Onnx.Tests.Embeddings;

public sealed class BadLanguageModelTests : IDisposable
{
    private readonly TinyModels _models = new();
    private readonly MLContext _context = new(seed: 1);

    public void Dispose() => _models.Dispose();

    [Fact]
    public void Fit_NoFile_SaysHowToExportOne()
    {
        var error = Assert.Throws<FileNotFoundException>(() => Fit("absent.onnx"));

        Assert.Equal("absent.onnx: there is no such language model; check the name, or export the model with optimum-cli export onnx --task feature-extraction.", error.Message);
    }

    [Fact]
    public void Fit_CutOffAnywhere_IsRefusedInOneSentence()
    {
        byte[] whole = TinyTransformerGraph.Write(Esm);
        foreach (int length in (int[])[0, 1, 3, 20, whole.Length / 3, whole.Length / 2, whole.Length - 1])
        {
            var error = Assert.Throws<InvalidDataException>(() => Fit(_models.Write("cut.onnx", whole[..length])));

            Assert.StartsWith(_models.PathOf("cut.onnx") + ": ", error.Message, StringComparison.Ordinal);
            Assert.Contains("export the model with optimum-cli", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public void Fit_NotOnnx_IsRefused()
    {
        var error = Assert.Throws<InvalidDataException>(() => Fit(_models.Write("text.onnx", ">P1\nMKV\n"u8.ToArray())));

        Assert.StartsWith(_models.PathOf("text.onnx") + ": ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("input_ids,mask", "the model has the inputs input_ids, mask; expected input_ids and attention_mask, and token_type_ids at most;")]
    [InlineData("input_ids", "the model has the inputs input_ids; expected input_ids and attention_mask, and token_type_ids at most;")]
    [InlineData("input_ids,attention_mask,pixels", "the model has the inputs input_ids, attention_mask, pixels; expected input_ids and attention_mask, and token_type_ids at most;")]
    public void Fit_OtherInputs_NamesThem(string inputs, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() => Fit(WriteModel(inputs.Split(','))));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_InputOfFixedSizeOrOtherType_SaysWhichIsExpected()
    {
        var graph = new OnnxGraph();
        OnnxValue tokens = graph.Input("input_ids", OnnxType.Int32, 1, 512);
        graph.Input("attention_mask", OnnxType.Int64, "batch", "tokens");
        graph.Output("last_hidden_state", graph.Unsqueeze(graph.Cast(tokens, OnnxType.Float), 2), OnnxType.Float, 1, 512, 1);

        var error = Assert.Throws<InvalidDataException>(() => Fit(_models.Write("fixed.onnx", graph.ToBytes())));

        Assert.Contains("the input input_ids is Int32 [1, 512]; expected Int64 [batch, tokens] of any size;", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OtherOutput_NamesIt()
    {
        var error = Assert.Throws<InvalidDataException>(() => Fit(_models.Write("logits.onnx", TinyTransformerGraph.Write(Esm, output: "logits"))));

        Assert.Contains("the model has the outputs logits; expected last_hidden_state; export the model with optimum-cli export onnx --task feature-extraction.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OutputOfOtherShape_SaysWhichIsExpected()
    {
        var error = Assert.Throws<InvalidDataException>(() => Fit(WriteModel(["input_ids", "attention_mask"], isFlat: true)));

        Assert.Contains("the output last_hidden_state is Single [-1, -1]; expected Single [batch, tokens, width];", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OtherNumberOfTokens_NamesIt()
    {
        string path = _models.Write("many.onnx", TinyTransformerGraph.Write(new TinyTransformer(isEsm: true, tokens: 128)));

        var unknown = Assert.Throws<InvalidDataException>(() => Fit(path));
        var named = Assert.Throws<InvalidDataException>(() => Fit(path, new ProteinEmbeddingOptions { Vocabulary = LanguageModelVocabulary.ProtBert }));

        Assert.EndsWith("many.onnx: the model has 128 tokens; known are 33 (ESM-2) and 30 (ProtBERT), so use such a model.", unknown.Message, StringComparison.Ordinal);
        Assert.EndsWith("many.onnx: the model has 128 tokens, but the vocabulary ProtBert has 30; set Vocabulary to Auto or use another model.", named.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_TokenTableUnknown_AsksForTheVocabulary()
    {
        string path = WriteModel(["input_ids", "attention_mask"]);

        var error = Assert.Throws<InvalidDataException>(() => Fit(path));

        Assert.EndsWith("the model does not tell its number of tokens; set Vocabulary to Esm2 or ProtBert.", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, Fit(path, new ProteinEmbeddingOptions { Vocabulary = LanguageModelVocabulary.Esm2 }).Width);
    }

    [Fact]
    public void Transform_ValuesAreNotFinite_IsAnError()
    {
        var model = new TinyTransformer(isEsm: true);
        model["tokens"].Values.AsSpan().Fill(float.NaN);
        IDataView data = Proteins(_context, "MKV");
        ProteinEmbeddingTransformer transformer = _context.Transforms.EmbedProtein(_models.Write("nan.onnx", TinyTransformerGraph.Write(model))).Fit(data);

        var error = Assert.Throws<InvalidOperationException>(() => Vectors(transformer.Transform(data)));

        Assert.EndsWith("nan.onnx: the language model gave values that are not finite numbers; export it in float32.", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<ProteinEmbeddingOptions, ProteinEmbeddingOptions>> BadOptions => new()
    {
        { "Length", options => options with { Length = 0 } },
        { "Length", options => options with { Length = 100_001 } },
        { "MaxResidues", options => options with { MaxResidues = 0 } },
        { "WindowOverlap", options => options with { WindowOverlap = -1 } },
        { "WindowOverlap", options => options with { MaxResidues = 10, WindowOverlap = 10, LongSequences = LongSequences.Windows } },
        { "BatchTokens", options => options with { BatchTokens = 0 } },
        { "Threads", options => options with { Threads = -1 } },
        { "Output", options => options with { Output = (EmbeddingOutput)7 } },
        { "Vocabulary", options => options with { Vocabulary = (LanguageModelVocabulary)7 } },
        { "LongSequences", options => options with { LongSequences = (LongSequences)7 } },
        { "MaskColumnName", options => options with { MaskColumnName = "Features" } },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void EmbedProtein_BadOption_IsNamed(string name, Func<ProteinEmbeddingOptions, ProteinEmbeddingOptions> change)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.EmbedProtein("model.onnx", change(new ProteinEmbeddingOptions())));

        Assert.Equal(name, error.ParamName);
    }

    [Fact]
    public void ProteinEmbeddingOptions_Defaults_AreTheDocumentedOnes() => Assert.Equal(
        new ProteinEmbeddingOptions
        {
            OutputColumnName = "Features",
            InputColumnName = "Sequence",
            MaskColumnName = "Mask",
            Output = EmbeddingOutput.Mean,
            Length = 1000,
            Vocabulary = LanguageModelVocabulary.Auto,
            MaxResidues = 1022,
            LongSequences = LongSequences.KeepEnds,
            WindowOverlap = 256,
            BatchTokens = 1024,
            Threads = 0,
            StoreModel = false,
            CacheFolder = null,
        },
        new ProteinEmbeddingOptions());

    private string WriteModel(string[] inputs, bool isFlat = false)
    {
        var graph = new OnnxGraph();
        OnnxValue[] values = [.. inputs.Select(name => graph.Cast(graph.Input(name, OnnxType.Int64, "batch", "tokens"), OnnxType.Float))];
        OnnxValue sum = values.Aggregate(graph.Add);
        if (isFlat)
            graph.Output("last_hidden_state", sum, OnnxType.Float, "batch", "tokens");
        else
            graph.Output("last_hidden_state", graph.Concat(2, graph.Unsqueeze(sum, 2), graph.Unsqueeze(values[0], 2)), OnnxType.Float, "batch", "tokens", "width");
        return _models.Write("odd.onnx", graph.ToBytes());
    }

    private ProteinEmbeddingTransformer Fit(string path, ProteinEmbeddingOptions? options = null)
    {
        TransformsCatalog catalog = _context.Transforms;
        return (options is null ? catalog.EmbedProtein(path) : catalog.EmbedProtein(path, options)).Fit(Proteins(_context, "MKV"));
    }
}
