using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.MLNet.TorchSharp.Families;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Tests.Explanation;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;
using Subloc.Testing;

namespace Subloc.MLNet.TorchSharp.Tests.Families;

/// <summary>Families beside a network that was trained.</summary>
[Collection(TorchTests.Name)]
public sealed class TrainedFamiliesTests
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
        Assert.InRange(with.Model.Manifest.Families!.Count, 20, 6000);
        Assert.InRange(Accuracy(with.Transform(data)), Accuracy(without.Transform(data)) + 0.3, 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Find_WithAnyThreads_GivesEqualFamilies(int threads)
    {
        IHost host = ((IHostEnvironment)_context).Register("Test");
        using TrainingRows rows = TrainingRows.Read(host, TinyProteins.LoadEncoded(_context), null, _options, 0);
        using IChannel channel = host.Start("Finding");
        float[] Find(int number)
        {
            using FamilyNet families = new FamilyFinder(rows, new FamilyOptions()).Find(channel, number, CancellationToken.None)!;
            return [.. families.state_dict().Values.SelectMany(values => values.data<float>().ToArray())];
        }

        Assert.Equal(Find(2), Find(threads));
    }

    [Fact]
    public void Fit_FewFamilies_KeepsToTheNumber()
    {
        using ProteinNetworkTransformer model = Fit(TinyProteins.LoadEncoded(_context), _options with { Families = new FamilyOptions { Count = 3 } });

        Assert.Equal(3, model.Model.Manifest.Families!.Count);
    }

    [Fact]
    public void Fit_NothingAlike_SaysSoAndDoesWithout()
    {
        var messages = new List<string>();
        _context.Log += (_, message) => messages.Add(message.Message);
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new LabelledRow { Sequence = FamilyText.Random(60, i), Label = i % 2 == 0 ? "A" : "B" }));
        data = _context.Transforms.Conversion.MapValueToKey(ColumnNames.Label).Fit(data).Transform(data);

        data = _context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = TinyProteins.Length }).Fit(data).Transform(data);

        using ProteinNetworkTransformer model = Fit(data, _options);

        Assert.Null(model.Model.Manifest.Families);
        Assert.Contains(messages, message => message.Contains("None of the 20 training proteins resemble each other", StringComparison.Ordinal));
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
            new FamilyOptions[] { new() { Count = 0 }, new() { Width = 7 }, new() { Width = 65 }, new() { Threshold = 0 }, new() { Full = double.NaN }, new() { Weight = -1 } },
            families => Assert.Throws<ArgumentOutOfRangeException>(() => _context.MulticlassClassification.Trainers.ProteinNetwork(_options with { Families = families })));
        Assert.Throws<ArgumentException>(() => _context.MulticlassClassification.Trainers.ProteinNetwork(_options with { Input = ResidueInput.Blosum62 }));
    }

    private ProteinNetworkTransformer Fit(IDataView data, ProteinNetworkOptions options) => _context.MulticlassClassification.Trainers.ProteinNetwork(options).Fit(data);

    private double Accuracy(IDataView scored) => _context.MulticlassClassification.Evaluate(scored).MicroAccuracy;

    private sealed class AtTheEnd(Action act) : ITrainingCallback
    {
        public void OnTrainingEnd(TrainingRun run) => act();
    }
}
