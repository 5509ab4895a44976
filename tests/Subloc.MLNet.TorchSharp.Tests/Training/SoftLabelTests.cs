using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.Testing;

namespace Subloc.MLNet.TorchSharp.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class SoftLabelTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Fit_OneHotLabels_LearnsWhatKeysLearn()
    {
        IDataView keys = TinyProteins.LoadEncoded(_context);
        IDataView soft = _context.Transforms.Conversion.MapKeyToVector("Shares", "Label").Fit(keys).Transform(keys);

        using ProteinNetworkTransformer byKey = Fit(TinyProteins.Options, soft);
        using ProteinNetworkTransformer byShares = Fit(TinyProteins.Options with { LabelColumnName = "Shares" }, soft);

        Assert.Equal(byKey.Model.ClassNames, byShares.Model.ClassNames);
        Assert.Equal(byKey.Model.Training.ClassCounts, byShares.Model.Training.ClassCounts);
        foreach ((EpochResult first, EpochResult second) in byKey.Model.Training.History.Zip(byShares.Model.Training.History))
            Nearly.Equal([first.Loss, first.Accuracy, first.ValidationLoss!.Value], [second.Loss, second.Accuracy, second.ValidationLoss!.Value], 1e-6);
        Nearly.Equal(TinyProteins.Scores(byKey.Transform(soft)), TinyProteins.Scores(byShares.Transform(soft)), 1e-6);
    }

    [Fact]
    public void Fit_TextOfSeveralClasses_LearnsSharesThatMlNetMade()
    {
        // Two of three proteins have two classes, one of them named twice.
        string[] texts = ["Nucleus|Cytoplasm", "Nucleus", "Plastid|Plastid|Cytoplasm"];
        Dictionary<string, float[]> shares = new() { [texts[0]] = [0.5f, 0.5f, 0], [texts[1]] = [1, 0, 0], [texts[2]] = [0, 1 / 3f, 2 / 3f] };
        var rows = TinyProteins.Load(_context, 60).GetColumn<string>("Sequence")
            .Select((sequence, i) => new Row { Sequence = sequence, Places = texts[i % 3] }).ToArray();
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        ProteinNetworkOptions options = TinyProteins.Options with
        {
            LabelColumnName = "Shares",
            Epochs = 1,
            LearningRate = 1e-12,
            ValidationFraction = 0,
            Precision = Precision.Fp32,
            Network = new CnnConfig { Filters = [8], Hidden = [16], Dropout = 0 },
        };
        var pipeline = _context.Transforms.Text.TokenizeIntoWords("Shares", "Places", ['|'])
            .Append(_context.Transforms.Conversion.MapValueToKey("Shares"))
            .Append(_context.Transforms.Conversion.MapKeyToVector("Shares", outputCountVector: true))
            .Append(TinyProteins.Pipeline(_context, options))
            .Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var model = pipeline.Fit(data);

        ProteinNetworkModel network = ModelFile.FindNetwork(model)!.Model;
        IDataView scored = model.Transform(data);
        float[] scores = TinyProteins.Scores(scored);
        double loss = Enumerable.Range(0, 60).Average(row => Enumerable.Range(0, 3).Sum(k => -shares[texts[row % 3]][k] * Math.Log(scores[row * 3 + k])));
        Assert.Equal(["Nucleus", "Cytoplasm", "Plastid"], network.ClassNames);
        Assert.Equal([40, 0, 20], network.Training.ClassCounts);
        Assert.Equal(loss, network.Training.History[0].Loss, 5);
        Assert.All(RowValues.Read(scored, "PredictedLabel"), row => Assert.Contains((string)row[0], network.ClassNames));
    }

    [Fact]
    public void Fit_ValidationLossOfShares_IsTheirPlainCrossEntropy()
    {
        Soft[] rows = MakeRows();
        for (int i = 0; i < rows.Length; i++)
            rows[i].Label = i % 2 == 0 ? [0.2f, 0.8f, 0] : [3, 0, 1];
        IDataView data = _context.Data.LoadFromEnumerable(rows, SoftSchema());
        ProteinNetworkOptions options = Channels with { Epochs = 1, Loss = new() { LabelSmoothing = 0.5, FocalGamma = 2 } };

        using ProteinNetworkTransformer model = _context.MulticlassClassification.Trainers.ProteinNetwork(options).Fit(data, data);

        float[] scores = TinyProteins.Scores(model.Transform(data));
        double loss = Enumerable.Range(0, rows.Length).Average(row => Enumerable.Range(0, 3).Sum(k =>
            -rows[row].Label[k] / rows[row].Label.Sum() * Math.Log(scores[row * 3 + k])));
        Assert.Equal(loss, model.Model.Training.History[0].ValidationLoss!.Value, 5);
        Assert.Equal(["1", "2", "3"], model.Model.ClassNames);
    }

    [Theory]
    [InlineData(new float[] { 0, 0, 0 }, "Row 5 of 'Label' is zero for every class; give it a class or leave the row out.")]
    [InlineData(new float[] { 1, -1, 2 }, "Row 5 of 'Label' has the value -1 for class 2; soft labels must be counts or probabilities of 0 or above.")]
    [InlineData(new float[] { 1, 0, float.NaN }, "Row 5 of 'Label' has the value NaN for class 3; soft labels must be counts or probabilities of 0 or above.")]
    [InlineData(new float[] { float.PositiveInfinity, 0, 0 }, "Row 5 of 'Label' has the value Infinity for class 1; soft labels must be counts or probabilities of 0 or above.")]
    public void Fit_RowThatIsNoShares_IsRefusedWithItsPlace(float[] label, string sentence)
    {
        Soft[] rows = MakeRows();
        rows[5].Label = label;

        var error = Assert.Throws<InvalidDataException>(() => Fit(Channels, _context.Data.LoadFromEnumerable(rows, SoftSchema())));

        Assert.Equal(sentence, error.Message);
    }

    [Fact]
    public void Fit_ValidationWithKeys_IsRefused()
    {
        IDataView keys = TinyProteins.LoadEncoded(_context, 40);
        IDataView soft = _context.Transforms.Conversion.MapKeyToVector("Label").Fit(keys).Transform(keys);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            _context.MulticlassClassification.Trainers.ProteinNetwork(TinyProteins.Options).Fit(soft, keys));

        Assert.Contains("the same type as in the training rows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Estimator_SoftLabels_FulfilsContract()
    {
        IDataView keys = TinyProteins.LoadEncoded(_context, 40);
        IDataView soft = _context.Transforms.Conversion.MapKeyToVector("Label").Fit(keys).Transform(keys);

        EstimatorContract.Check(
            _context, _context.MulticlassClassification.Trainers.ProteinNetwork(TinyProteins.Options with { Epochs = 1 }), soft, 1e-5, "PredictedLabel", "Score");
    }

    [Fact]
    public void DataHash_OfOtherShares_IsAnother()
    {
        string Hash(float second)
        {
            Soft[] rows = MakeRows();
            rows[5].Label = [0.9f, second, 0];
            using ProteinNetworkTransformer model = Fit(Channels with { Epochs = 1 }, _context.Data.LoadFromEnumerable(rows, SoftSchema()));
            return model.Model.Training.DataHash;
        }

        Assert.Equal(Hash(0.3f), Hash(0.3f));
        Assert.NotEqual(Hash(0.3f), Hash(0.2f));
    }

    private static ProteinNetworkOptions Channels { get; } = TinyProteins.Options with { Network = new CnnConfig { Filters = [4], Kernel = 1, Hidden = [4] } };

    private static Soft[] MakeRows() =>
        [.. Enumerable.Range(0, 12).Select(i => new Soft { Label = [i % 2, 1 - i % 2, 0], Features = [.. Enumerable.Range(0, 8).Select(k => (i + k) % 5 / 5f)] })];

    private static SchemaDefinition SoftSchema()
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Soft));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 4, 2);
        return schema;
    }

    private ProteinNetworkTransformer Fit(ProteinNetworkOptions options, IDataView data) =>
        _context.MulticlassClassification.Trainers.ProteinNetwork(options).Fit(data);

    private sealed class Row
    {
        public string Sequence { get; set; } = "";

        public string Places { get; set; } = "";
    }

    private sealed class Soft
    {
        [VectorType(3)]
        public float[] Label { get; set; } = [];

        [VectorType(8)]
        public float[] Features { get; set; } = [];
    }
}
