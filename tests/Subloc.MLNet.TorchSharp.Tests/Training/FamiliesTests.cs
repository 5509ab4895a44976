using Microsoft.ML;
using Subloc.MLNet.Families;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;
using Subloc.Testing;

namespace Subloc.MLNet.TorchSharp.Tests.Training;

/// <summary>Families beside a network that was trained.</summary>
[Collection(TorchTests.Name)]
public sealed class FamiliesTests
{
    private static readonly ProteinNetworkOptions _options = TinyProteins.Options with { Epochs = 1, ValidationFraction = 0, Families = new FamilyOptions { Weight = 1 } };

    private readonly MLContext _context = new(1);

    [Fact]
    public void Contract_OfThePipeline_Holds() => EstimatorContract.Check(
        _context, TinyProteins.Pipeline(_context, _options), TinyProteins.Load(_context), 1e-5, ColumnNames.PredictedLabel, ColumnNames.Score);

    [Fact]
    public void Contract_OfChannels_RefusesThem() => EstimatorContract.CheckRefusal(
        _context.MulticlassClassification.Trainers.ProteinNetwork(_options),
        TinyProteins.LoadEncoded(_context),
        TinyProteins.LoadEncoded(_context, encoding: ProteinEncoding.OneHot),
        ColumnNames.Features);

    [Fact]
    public void Fit_SyntheticFamilies_KnowsTheirMembersAndLeavesTheNetworkAsItIs()
    {
        IDataView data = TinyProteins.LoadEncoded(_context, 200);

        using ProteinNetworkTransformer with = Fit(data, _options), without = Fit(data, _options with { Families = null });

        Assert.Equal(without.Model.Training.History[0].Loss, with.Model.Training.History[0].Loss);
        Assert.Equal(without.Model.ParameterCount, with.Model.ParameterCount);
        Assert.Null(without.Model.Manifest.Families);
        Assert.InRange(with.Model.Manifest.Families!.Count, 20, 200);
        Assert.InRange(Accuracy(with.Transform(data)), Accuracy(without.Transform(data)) + 0.3, 1);
    }

    [Fact]
    public void Fit_FewFamilies_KeepsToTheNumber()
    {
        using ProteinNetworkTransformer model = Fit(TinyProteins.LoadEncoded(_context), _options with { Families = new FamilyOptions { Count = 3 } });

        Assert.Equal(3, model.Model.Manifest.Families!.Count);
    }

    [Fact]
    public void Fit_CancelledInTheSearch_KeepsTheNetwork()
    {
        using var source = new CancellationTokenSource();
        IDataView data = TinyProteins.LoadEncoded(_context);

        using ProteinNetworkTransformer model = Fit(data, _options with { Callbacks = [new AtTheEnd(source.Cancel)], CancellationToken = source.Token });

        Assert.True(model.Model.Training.Cancelled);
        Assert.Null(model.Model.Manifest.Families);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        Assert.All(
            new FamilyOptions[] { new() { Count = 0 }, new() { LeastBits = 0 }, new() { Prior = double.NaN }, new() { Weight = -1 } },
            families => Assert.Throws<ArgumentOutOfRangeException>(() => _context.MulticlassClassification.Trainers.ProteinNetwork(_options with { Families = families })));
    }

    private ProteinNetworkTransformer Fit(IDataView data, ProteinNetworkOptions options) => _context.MulticlassClassification.Trainers.ProteinNetwork(options).Fit(data);

    private double Accuracy(IDataView scored) => _context.MulticlassClassification.Evaluate(scored).MicroAccuracy;

    private sealed class AtTheEnd(Action act) : ITrainingCallback
    {
        public void OnTrainingEnd(TrainingRun run) => act();
    }
}
