using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Notebooks;
using Subloc.MLNet.TorchSharp.Families;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Tests.Explanation;
using Subloc.MLNet.Transforms.Encoding;
using Subloc.Testing;

namespace Subloc.MLNet.TorchSharp.Tests.Families;

[Collection(TorchTests.Name)]
public sealed class ProteinFamilyTrainerTests
{
    private readonly MLContext _context = new(1);

    [Fact]
    public void Contract_OfThePipeline_Holds() => EstimatorContract.Check(
        _context, Pipeline(new ProteinFamilyOptions { Device = "cpu" }), TinyProteins.Load(_context), 1e-5, ColumnNames.PredictedLabel, ColumnNames.Score);

    [Fact]
    public void Contract_OfWrongFeatures_RefusesThem() => EstimatorContract.CheckRefusal(
        _context.MulticlassClassification.Trainers.ProteinFamilies(new ProteinFamilyOptions { Device = "cpu" }),
        TinyProteins.LoadEncoded(_context),
        _context.Transforms.DropColumns(ColumnNames.Features).Fit(TinyProteins.LoadEncoded(_context)).Transform(TinyProteins.LoadEncoded(_context)),
        ColumnNames.Features);

    [Fact]
    public void Fit_SyntheticFamilies_KnowsTheirMembers()
    {
        IDataView data = TinyProteins.Load(_context, 200);

        using ProteinNetworkTransformer model = Fit(data);
        IDataView scored = Encode(data, model);

        var metrics = _context.MulticlassClassification.Evaluate(scored);
        Assert.InRange(metrics.MicroAccuracy, 0.7, 1);
        Assert.Equal((200, 0), (model.Model.Training.Rows, model.Model.Training.History.Count));
        Assert.InRange(((FamilyNetConfig)model.Model.Config).Families, 20, 6000);
    }

    [Fact]
    public void Training_OfFamilies_IsShownWithoutCurves()
    {
        using ProteinNetworkTransformer model = Fit(TinyProteins.Load(_context, 100));

        string html = ((IShownAsHtml)model.Model.Training).ToHtml();

        Assert.Contains("100 proteins learned from", html, StringComparison.Ordinal);
        Assert.DoesNotContain("svg", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_Twice_GivesEqualScoresWhateverTheThreads()
    {
        IDataView data = TinyProteins.Load(_context, 100);

        using ProteinNetworkTransformer first = Fit(data, threads: 1), second = Fit(data, threads: 3);

        Assert.Equal(TinyProteins.Scores(Encode(data, first)), TinyProteins.Scores(Encode(data, second)));
    }

    [Fact]
    public void Fit_FewFamilies_KeepsToTheNumber()
    {
        using ProteinNetworkTransformer model = Fit(TinyProteins.Load(_context, 100), families: 3);

        Assert.Equal(3, ((FamilyNetConfig)model.Model.Config).Families);
    }

    [Fact]
    public void Fit_NothingAlike_SaysSo()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new LabelledRow { Sequence = FamilyText.Random(60, i), Label = i % 2 == 0 ? "A" : "B" }));
        data = _context.Transforms.Conversion.MapValueToKey(ColumnNames.Label).Fit(data).Transform(data);

        var error = Assert.Throws<InvalidOperationException>(() => Pipeline(new ProteinFamilyOptions { Device = "cpu" }).Fit(data));

        Assert.Contains("None of the 20 training proteins resemble each other", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OneHotFeatures_AreRefused()
    {
        IDataView data = TinyProteins.LoadEncoded(_context, 40, ProteinEncoding.OneHot);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _context.MulticlassClassification.Trainers.ProteinFamilies().Fit(data));

        Assert.Contains("tokens", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_Cancelled_Ends() => Assert.ThrowsAny<OperationCanceledException>(() =>
        Pipeline(new ProteinFamilyOptions { Device = "cpu", CancellationToken = new CancellationToken(canceled: true) }).Fit(TinyProteins.Load(_context)));

    [Fact]
    public void ProteinNetwork_OfFamilies_SaysWhoFindsThem()
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            TinyProteins.Pipeline(_context, TinyProteins.Options with { Network = new FamilyNetConfig() }).Fit(TinyProteins.Load(_context)));

        Assert.Contains(nameof(ProteinFamilyTrainer), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        var trainers = _context.MulticlassClassification.Trainers;

        Assert.Throws<ArgumentOutOfRangeException>(() => trainers.ProteinFamilies(new ProteinFamilyOptions { Threads = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => trainers.ProteinFamilies(new ProteinFamilyOptions { Network = new FamilyNetConfig { Width = 7 } }));
        Assert.Throws<ArgumentException>(() => trainers.ProteinFamilies(new ProteinFamilyOptions { LabelColumnName = "" }));
    }

    private ProteinNetworkTransformer Fit(IDataView data, int threads = 1, int families = 6000) => _context.MulticlassClassification.Trainers
        .ProteinFamilies(new ProteinFamilyOptions { Device = "cpu", Threads = threads, Network = new FamilyNetConfig { Families = families } })
        .Fit(Encode(data));

    private IDataView Encode(IDataView data, ProteinNetworkTransformer? model = null)
    {
        IDataView encoded = _context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = TinyProteins.Length }).Fit(data).Transform(data);
        return model is null ? encoded : model.Transform(encoded);
    }

    private EstimatorChain<ProteinNetworkTransformer> Pipeline(ProteinFamilyOptions options) =>
        _context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = TinyProteins.Length })
            .Append(_context.MulticlassClassification.Trainers.ProteinFamilies(options));
}
