using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Transforms.Decisions;
using Subloc.Testing;

namespace Subloc.MLNet.Tests.Transforms;

public sealed class LocalizationDecisionTests
{
    private static readonly string[] _names = ["Nucleus", "Cytoplasm", "Plastid"];

    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData(0, "Cytoplasm", "Nucleus", "Plastid")]
    [InlineData(0.6, "Cytoplasm", "uncertain", "Plastid")]
    [InlineData(1, "uncertain", "uncertain", "Plastid")]
    public void DecideLocalization_OfScores_NamesTheLargestOrSaysUncertain(double threshold, params string[] expected)
    {
        IDataView data = Load();
        var estimator = _context.Transforms.DecideLocalization((float)threshold);

        EstimatorContract.Check(_context, estimator, data, 0, "PredictedLabel", "Confidence");
        IDataView decided = estimator.Fit(data).Transform(data);
        Assert.Equal(expected, decided.GetColumn<string>("PredictedLabel"));
        Assert.Equal([0.6f, 0.5f, 1f], decided.GetColumn<float>("Confidence"));
    }

    [Fact]
    public void DecideLocalization_WithOtherColumns_ReadsAndWritesThose()
    {
        IDataView data = _context.Transforms.CopyColumns("S", "Score").Fit(Load()).Transform(Load());
        var options = new LocalizationDecisionOptions { ScoreColumnName = "S", PredictedLabelColumnName = "Place", ConfidenceColumnName = "C", Threshold = 0.55f };

        EstimatorContract.Check(_context, _context.Transforms.DecideLocalization(options), data, 0, "Place", "C");
    }

    [Fact]
    public void DecideLocalization_WrongColumns_AreRefusedAtEveryStage()
    {
        IDataView unnamed = _context.Data.LoadFromEnumerable([new Row { Score = [1, 0, 0] }]);
        IDataView none = _context.Data.LoadFromEnumerable([new Other()]);
        var estimator = _context.Transforms.DecideLocalization();

        EstimatorContract.CheckRefusal(estimator, Load(), unnamed, "score column 'Score': expected Vector<Single> of known size with slot names");
        EstimatorContract.CheckRefusal(estimator, Load(), none, "Could not find score column 'Score'");
    }

    [Fact]
    public void DecideLocalization_WithAnOptionOutOfItsRange_IsRefused()
    {
        LocalizationDecisionOptions[] bad =
        [
            new() { Threshold = -0.1f },
            new() { Threshold = 1.1f },
            new() { Threshold = float.NaN },
            new() { ConfidenceColumnName = "PredictedLabel" },
        ];

        Assert.All(bad, options => Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.DecideLocalization(options)));
        Assert.Throws<ArgumentException>(() => _context.Transforms.DecideLocalization(new LocalizationDecisionOptions { ScoreColumnName = " " }));
    }

    // A view whose score has slot names, as a model gives it.
    private IDataView Load()
    {
        IDataView plain = _context.Data.LoadFromEnumerable([new Three(0.1f, 0.6f, 0.3f), new Three(0.5f, 0.3f, 0.2f), new Three(0, 0, 1)]);
        return _context.Transforms.Concatenate("Score", _names).Fit(plain).Transform(plain);
    }

    private sealed class Row
    {
        [VectorType(3)]
        public float[] Score { get; set; } = [];
    }

    private sealed record Three(float Nucleus, float Cytoplasm, float Plastid);

    private sealed class Other
    {
        public float X { get; set; }
    }
}
