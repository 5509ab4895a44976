using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Onnx.Scoring;
using Subloc.MLNet.Transforms.Encoding;
using Subloc.Testing;

namespace Subloc.MLNet.Onnx.Tests.Scoring;

public sealed class ProteinOnnxTests : IDisposable
{
    private readonly MLContext _context = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Models => ["int64", "uint8", "attention", "onehot", "blosum62", "fixed"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Estimator_AnyModel_FulfilsTheContract(string kind)
    {
        CompositionModel model = Make(kind);
        IDataView data = Encode(model, ScoredProteins.Random(120, 70));
        ProteinOnnxEstimator estimator = _context.Transforms.ApplyProteinOnnx(model.Save(_folder.At("m.onnx")));

        EstimatorContract.Check(
            _context, estimator, data, 1e-5, [ColumnNames.PredictedLabel, ColumnNames.Score, .. model.HasAttention ? (string[])[ColumnNames.Attention] : []]);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Score_AnyModel_IsWhatItsDefinitionGives(string kind)
    {
        CompositionModel model = Make(kind);
        string[] sequences = ScoredProteins.Random(300, 70);
        using ProteinOnnxTransformer transformer = Fit(model, sequences);

        List<float[]> scores = ScoredProteins.Scores(transformer.Transform(Encode(model, sequences)));

        Assert.Equal(sequences.Length, scores.Count);
        if (model.Encoding != ProteinEncoding.Blosum62)
            Assert.All(sequences.Zip(scores), pair => ScoredProteins.AssertNear(model.Expect(pair.First), pair.Second));
        Assert.All(scores, row => Assert.Equal(1, row.Sum(), 1e-5));
    }

    [Fact]
    public void Score_MoreRowsThanABlock_KeepsTheOrder()
    {
        var model = new CompositionModel();
        string[] sequences = ScoredProteins.Random(5000, 90);
        using ProteinOnnxTransformer transformer = Fit(model, sequences);

        List<object[]> rows = RowValues.Read(transformer.Transform(Encode(model, sequences)), "Sequence", "Score");

        Assert.Equal(sequences, rows.Select(row => (string)row[0]));
        foreach (int i in (int[])[0, 255, 256, 257, 767, 768, 1791, 1792, 1793, 4999])
            ScoredProteins.AssertNear(model.Expect(sequences[i]), ((double[])rows[i][1]).Select(score => (float)score));
    }

    [Fact]
    public void Attention_OfAShorterProtein_IsZeroBehindIt()
    {
        var model = new CompositionModel { HasAttention = true };
        string[] sequences = ["MK", "MKVLA", new string('W', 80)];
        using ProteinOnnxTransformer transformer = Fit(model, sequences);

        List<object[]> rows = RowValues.Read(transformer.Transform(Encode(model, sequences)), "Attention");

        Assert.Equal([2, 5, 50], rows.Select(row => ((double[])row[0]).Count(value => value > 0)));
        Assert.All(rows, row => Assert.Equal(50, ((double[])row[0]).Length));
        Assert.All(rows, row => Assert.Equal(1, ((double[])row[0]).Sum(), 1e-5));
    }

    [Fact]
    public void Schema_Scores_AreAnnotatedAsTheTrainersAre()
    {
        using ProteinOnnxTransformer transformer = Fit(new CompositionModel(), ["M"]);

        DataViewSchema schema = transformer.GetOutputSchema(Encode(new CompositionModel(), ["M"]).Schema);

        VBuffer<ReadOnlyMemory<char>> slots = default, values = default;
        schema["Score"].GetSlotNames(ref slots);
        schema["PredictedLabel"].GetKeyValues(ref values);
        Assert.Equal(["Nucleus", "Cytoplasm", "Plastid", "Membrane"], slots.DenseValues().Select(name => name.ToString()));
        Assert.Equal(slots.DenseValues().Select(name => name.ToString()), values.DenseValues().Select(name => name.ToString()));
        Assert.Null(schema.GetColumnOrNull("Attention"));
    }

    [Fact]
    public void Engine_LoadedFromTheFileAlone_ReadsSequences()
    {
        var model = new CompositionModel { Keep = SequenceEnds.End };
        ITransformer loaded = _context.Model.LoadProteinOnnx(model.Save(_folder.At("m.onnx")));
        using var engine = _context.Model.CreatePredictionEngine<ScoredProteins.Protein, ScoredProteins.Prediction>(loaded);

        foreach (string sequence in ScoredProteins.Random(40, 90))
        {
            ScoredProteins.Prediction prediction = engine.Predict(new ScoredProteins.Protein { Sequence = sequence });
            ScoredProteins.AssertNear(model.Expect(sequence), prediction.Score);
            Assert.Equal(Array.IndexOf(prediction.Score, prediction.Score.Max()) + 1, (int)prediction.Label);
        }
    }

    [Theory]
    [InlineData("onehot")]
    [InlineData("blosum62")]
    [InlineData("uint8")]
    public void LoadProteinOnnx_AnyEncoding_ScoresAsThePipelineDoes(string kind)
    {
        CompositionModel model = Make(kind);
        string[] sequences = ScoredProteins.Random(50, 90);
        using ProteinOnnxTransformer transformer = Fit(model, sequences);
        using TransformerChain<ITransformer> loaded = _context.Model.LoadProteinOnnx(_folder.At("m.onnx"));

        Assert.Equal(
            ScoredProteins.Scores(transformer.Transform(Encode(model, sequences))),
            ScoredProteins.Scores(loaded.Transform(ScoredProteins.Load(_context, sequences))));
    }

    [Fact]
    public void LoadProteinOnnx_ModelOfProfiles_ReadsItsColumns()
    {
        CompositionModel model = Make("onehot") with { Tell = info => info with { Encoding = null } };
        string[] sequences = ScoredProteins.Random(20, 40);

        using TransformerChain<ITransformer> loaded = _context.Model.LoadProteinOnnx(model.Save(_folder.At("m.onnx")));

        Assert.All(sequences.Zip(ScoredProteins.Scores(loaded.Transform(Encode(model, sequences)))), pair =>
            ScoredProteins.AssertNear(model.Expect(pair.First), pair.Second));
    }

    [Fact]
    public void Options_OtherColumns_AreReadAndSaved()
    {
        CompositionModel model = Make("onehot");
        string path = model.Save(_folder.At("m.onnx"));
        IDataView data = Encode(model, ScoredProteins.Random(30, 60));
        data = _context.Transforms.CopyColumns("Other", "Features").Append(_context.Transforms.CopyColumns("OtherMask", "Mask"))
            .Append(_context.Transforms.DropColumns("Features", "Mask")).Fit(data).Transform(data);

        var estimator = _context.Transforms.ApplyProteinOnnx(path, new ProteinOnnxOptions { FeatureColumnName = "Other", MaskColumnName = "OtherMask", Threads = 1 });

        EstimatorContract.Check(_context, estimator, data, 1e-5, ColumnNames.Score);
    }

    [Fact]
    public void Input_OfAnotherKind_IsRefusedAtEveryStage()
    {
        CompositionModel tokens = Make("uint8"), channels = Make("onehot");
        IDataView encodedTokens = Encode(tokens, ["MK"]), encodedChannels = Encode(channels, ["MK"]);
        ProteinOnnxEstimator ofTokens = _context.Transforms.ApplyProteinOnnx(tokens.Save(_folder.At("t.onnx")));
        ProteinOnnxEstimator ofChannels = _context.Transforms.ApplyProteinOnnx(channels.Save(_folder.At("c.onnx")));

        EstimatorContract.CheckRefusal(ofTokens, encodedTokens, encodedChannels, "as in training");
        EstimatorContract.CheckRefusal(ofChannels, encodedChannels, encodedTokens, "as in training");
        EstimatorContract.CheckRefusal(ofTokens, encodedTokens, ScoredProteins.Load(_context, ["MK"]), "'Features'");
        EstimatorContract.CheckRefusal(
            ofChannels, encodedChannels, _context.Transforms.DropColumns("Mask").Fit(encodedChannels).Transform(encodedChannels), "'Mask'");
    }

    [Fact]
    public void Fit_OnAnotherLength_IsRefused()
    {
        ProteinOnnxEstimator estimator = _context.Transforms.ApplyProteinOnnx(new CompositionModel().Save(_folder.At("m.onnx")));

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(Encode(new CompositionModel { Length = 60 }, ["MK"])));

        Assert.Contains("as in training", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" ", null, 0)]
    [InlineData(null, "", 0)]
    [InlineData(null, null, -1)]
    public void Options_OutOfRange_AreRefused(string? features, string? mask, int threads) => Assert.ThrowsAny<ArgumentException>(() =>
        _context.Transforms.ApplyProteinOnnx("m.onnx", new ProteinOnnxOptions { FeatureColumnName = features, MaskColumnName = mask, Threads = threads }));

    public void Dispose() => _folder.Dispose();

    private static CompositionModel Make(string kind) => kind switch
    {
        "uint8" => new CompositionModel { TokenType = OnnxType.UInt8 },
        "attention" => new CompositionModel { HasAttention = true },
        "onehot" => new CompositionModel { Encoding = ProteinEncoding.OneHot },
        "blosum62" => new CompositionModel { Encoding = ProteinEncoding.Blosum62 },
        "fixed" => new CompositionModel { IsFixed = true },
        _ => new CompositionModel(),
    };

    private ProteinOnnxTransformer Fit(CompositionModel model, string[] sequences) =>
        _context.Transforms.ApplyProteinOnnx(model.Save(_folder.At("m.onnx"))).Fit(Encode(model, sequences));

    private IDataView Encode(CompositionModel model, string[] sequences)
    {
        IEstimator<ITransformer> encode = _context.Transforms.EncodeProtein(
            new ProteinEncodingOptions { Length = model.Length, Keep = model.Keep, Encoding = model.Encoding });
        if (model.Encoding != ProteinEncoding.Tokens)
            encode = encode.Append(_context.Transforms.IndicateSequenceMask());
        IDataView data = ScoredProteins.Load(_context, sequences);
        return encode.Fit(data).Transform(data);
    }
}
