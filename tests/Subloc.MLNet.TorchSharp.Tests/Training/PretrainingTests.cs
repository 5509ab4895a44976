using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Optimization;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Tests.Explanation;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.TorchSharp.Tests.Training;

[Collection(TorchTests.Name)]
public sealed partial class PretrainingTests
{
    internal static TransformerConfig Network { get; } = new() { Width = 16, Layers = 1, Heads = 2, BlockHidden = 16, Window = 16, GlobalEvery = 1, Hidden = [8] };

    private static readonly ProteinNetworkOptions _options = TinyProteins.Options with
    {
        Network = Network,
        Epochs = 1,
        PretrainingEpochs = 2,
        ValidationFraction = 0,
        Precision = Precision.Fp32,
    };

    private readonly MLContext _context = new(1);
    private readonly List<string> _messages = [];

    public PretrainingTests() => _context.Log += (_, message) => _messages.Add(message.Message);

    // Each residue is told by the one before it, and chance would be right for one in ten.
    [Fact]
    public void Fit_ProteinsThatRepeat_LearnsTheirHiddenResidues()
    {
        const string Repeat = "ACDEFGHIKL";
        string text = string.Concat(Enumerable.Repeat(Repeat, 8));
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 160).Select(i => new LabelledRow { Sequence = text.Substring(i % 10, 40 + i % 20), Label = i % 2 == 0 ? "a" : "b" }));
        data = _context.Transforms.Conversion.MapValueToKey(ColumnNames.Label).Fit(data).Transform(data);

        Fit(data, _options with { PretrainingEpochs = 30, LearningRate = 0.01, Optimizer = new MuonOptions() });

        double[] told = [.. _messages.Select(message => Told().Match(message)).Where(match => match.Success).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(30, told.Length);
        Assert.InRange(told[0], 0, 60);
        Assert.InRange(told[^1], 90, 100);
    }

    [Fact]
    public void Fit_AfterPretraining_HasOtherWeightsAndTheSameForTheSeed()
    {
        IDataView data = TinyProteins.Load(_context);

        float[] first = Fit(data, _options), again = Fit(data, _options), without = Fit(data, _options with { PretrainingEpochs = 0 });

        Assert.Equal(first, again);
        Assert.NotEqual(first, without);
    }

    [Fact]
    public void Fit_CancelledInPretraining_SaysThatThereIsNoModel()
    {
        using var cancellation = new CancellationTokenSource();
        _context.Log += (_, message) =>
        {
            if (Told().IsMatch(message.Message))
                cancellation.Cancel();
        };

        var error = Assert.Throws<OperationCanceledException>(() => Fit(TinyProteins.Load(_context), _options with { PretrainingEpochs = 50, CancellationToken = cancellation.Token }));

        Assert.Equal("Training was cancelled before its first epoch ended, so there is no model to keep.", error.Message);
        Assert.Single(_messages, message => Told().IsMatch(message));
    }

    [Fact]
    public void Fit_ARateThatIsTooHigh_SaysSo()
    {
        var options = _options with { PretrainingEpochs = 3, LearningRate = 1e30, Optimizer = new SgdOptions() };

        var error = Assert.Throws<InvalidOperationException>(() => Fit(TinyProteins.Load(_context), options));

        Assert.Matches("^The loss of pretraining became .+ in epoch .; use a lower learning rate.$", error.Message);
    }

    [Fact]
    public void Fit_Channels_AreRefused()
    {
        IDataView data = TinyProteins.LoadEncoded(_context, encoding: ProteinEncoding.OneHot);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _context.MulticlassClassification.Trainers.ProteinNetwork(_options).Fit(data));

        Assert.Contains("pretraining hides residues; leave PretrainingEpochs at 0 for channels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_MoreEpochsOfPretraining_LeaveNoMoreTensors()
    {
        IDataView data = TinyProteins.LoadEncoded(_context, 40);

        Assert.Equal(LeftBehind(1), LeftBehind(4));

        long LeftBehind(int epochs) => LiveTensors.LeftBy(() =>
        {
            using ProteinNetworkTransformer model = _context.MulticlassClassification.Trainers.ProteinNetwork(_options with { PretrainingEpochs = epochs }).Fit(data);
        });
    }

    private float[] Fit(IDataView data, ProteinNetworkOptions options)
    {
        ITransformer model = TinyProteins.Pipeline(_context, options).Fit(data);
        float[] scores = TinyProteins.Scores(model.Transform(data));
        ((IDisposable)model).Dispose();
        return scores;
    }

    [GeneratedRegex(@"Pretraining, epoch \d+ of \d+: loss [\d.]+, ([\d.]+) ?% of the hidden residues told")]
    private static partial Regex Told();
}
