using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Evaluation;

namespace Subloc.MLNet.Tests;

public class LocalizationEvaluationCatalogTests
{
    private readonly MLContext _context = new(1);

    [Fact]
    public void EvaluateLocalization_RandomScores_AgreesWithMachineLearningNet()
    {
        IDataView data = Score(_context, RandomRows(500, 4));

        LocalizationMetrics ours = _context.MulticlassClassification.EvaluateLocalization(data);

        MulticlassClassificationMetrics theirs = _context.MulticlassClassification.Evaluate(data);
        Assert.Equal(theirs.MicroAccuracy, ours.Accuracy, 12);
        Assert.Equal(theirs.MacroAccuracy, ours.MacroAccuracy, 12);
        Assert.Equal(theirs.LogLoss, ours.LogLoss, 12);
        Assert.Equal(theirs.LogLossReduction, ours.LogLossReduction, 12);
        Assert.Equal(theirs.ConfusionMatrix.PerClassPrecision, ours.PerClass.Select(one => one.Precision));
        Assert.Equal(theirs.ConfusionMatrix.PerClassRecall, ours.PerClass.Select(one => one.Recall));
        Assert.Equal(theirs.ConfusionMatrix.Counts, ours.ConfusionMatrix.Select(row => row.Select(count => (double)count)));
        Assert.Equal(["c0", "c1", "c2", "c3"], ours.ClassNames);
    }

    [Fact]
    public void EvaluateLocalization_TrainedModel_MatchesClassesByName()
    {
        // The model learns its classes in the order c0, c1, c2, c3; the evaluated rows are mapped in another order.
        Row[] rows = RandomRows(300, 4);
        IDataView train = _context.Data.LoadFromEnumerable(rows);
        var model = _context.Transforms.Conversion.MapValueToKey("Label", "Truth")
            .Append(_context.Transforms.CopyColumns("Features", "Score"))
            .Append(_context.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 5))
            .Fit(train);
        IDataView scored = model.Transform(train);
        IDataView otherKeys = _context.Transforms.Conversion.MapValueToKey("Other", "Truth")
            .Fit(_context.Data.LoadFromEnumerable(rows.Reverse())).Transform(scored);

        LocalizationMetrics same = _context.MulticlassClassification.EvaluateLocalization(scored);
        LocalizationMetrics other = _context.MulticlassClassification.EvaluateLocalization(otherKeys, "Other");

        Assert.Equal(_context.MulticlassClassification.Evaluate(scored).MicroAccuracy, same.Accuracy, 12);
        Assert.Equal(same.Accuracy, other.Accuracy, 12);
        Assert.Equal(same.LogLoss, other.LogLoss, 12);
        Assert.Equal(same.ClassNames, other.ClassNames);
    }

    [Fact]
    public void EvaluateLocalization_MissingLabel_IsAnErrorWithTheRow()
    {
        Row[] rows = RandomRows(10, 4);
        rows[7].Truth = "";

        InvalidDataException error = Assert.Throws<InvalidDataException>(
            () => _context.MulticlassClassification.EvaluateLocalization(Score(_context, rows)));

        Assert.Contains("Row 7 has no value in column 'Label'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EvaluateLocalization_NotANumber_IsAnErrorWithTheRow()
    {
        Row[] rows = RandomRows(10, 4);
        rows[3].Score[1] = float.NaN;

        InvalidDataException error = Assert.Throws<InvalidDataException>(
            () => _context.MulticlassClassification.EvaluateLocalization(Score(_context, rows)));

        Assert.Contains("Row 3 holds NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EvaluateLocalization_WrongColumns_AreNamed()
    {
        IDataView scored = Score(_context, RandomRows(10, 4));
        MulticlassClassificationCatalog catalog = _context.MulticlassClassification;

        AssertRefused("'Score' must be a key or Text", () => catalog.EvaluateLocalization(scored, "Score"));
        AssertRefused("'None' is missing", () => catalog.EvaluateLocalization(scored, "None"));
        AssertRefused("'Truth' must be a vector of Single", () => catalog.EvaluateLocalization(scored, "Label", "Truth"));

        static void AssertRefused(string message, Action action)
            => Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EvaluateLocalization_OfTexts_GivesWhatKeysGive()
    {
        Row[] rows = RandomRows(50, 4);
        IDataView keys = Score(_context, rows);
        IDataView named = _context.Transforms.Concatenate("Score", "c0", "c1", "c2", "c3").Fit(Columns(rows)).Transform(Columns(rows));
        MulticlassClassificationCatalog catalog = _context.MulticlassClassification;

        LocalizationMetrics found = catalog.EvaluateLocalization(named, "Truth", "Score", "Guess");

        Assert.Equal(catalog.EvaluateLocalization(keys).ConfusionMatrix, found.ConfusionMatrix);
        Assert.Equal(catalog.EvaluateLocalization(keys).LogLoss, found.LogLoss);
        rows[4].Guess = "uncertain";
        var error = Assert.Throws<InvalidDataException>(() => catalog.EvaluateLocalization(
            _context.Transforms.Concatenate("Score", "c0", "c1", "c2", "c3").Fit(Columns(rows)).Transform(Columns(rows)), "Truth", "Score", "Guess"));
        Assert.Contains("Row 4 has 'uncertain' in column 'Guess', but the scores have no such class", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EvaluateLocalization_NoRows_IsRefused()
        => Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.MulticlassClassification.EvaluateLocalization(_context.Data.TakeRows(Score(_context, RandomRows(10, 4)), 0)));

    internal static Row[] RandomRows(int count, int classes)
    {
        var random = new Random(3);
        var rows = new Row[count];
        for (int i = 0; i < count; i++)
        {
            int truth = i < classes ? i : random.Next(classes);
            float[] weights = [.. Enumerable.Range(0, classes).Select(k => random.NextSingle() + (k == truth ? 0.4f : 0))];
            float[] score = [.. weights.Select(weight => weight / weights.Sum())];
            rows[i] = new Row { Truth = $"c{truth}", Guess = $"c{Array.IndexOf(score, score.Max())}", Score = score };
        }

        return rows;
    }

    // The same rows with a column for each score, which name the scores once they are one.
    private IDataView Columns(Row[] rows) => _context.Data.LoadFromEnumerable(rows.Select(row => new Named
    {
        Truth = row.Truth,
        Guess = row.Guess,
        c0 = row.Score[0],
        c1 = row.Score[1],
        c2 = row.Score[2],
        c3 = row.Score[3],
    }));

    // Maps both labels with one dictionary, which the scores follow; a text that it lacks becomes a missing key.
    private static IDataView Score(MLContext context, Row[] rows)
    {
        IDataView data = context.Data.LoadFromEnumerable(rows);
        var keys = context.Data.LoadFromEnumerable(Enumerable.Range(0, 4).Select(k => new Key { Name = $"c{k}" }));
        return context.Transforms.Conversion.MapValueToKey("Label", "Truth", keyData: keys)
            .Append(context.Transforms.Conversion.MapValueToKey("PredictedLabel", "Guess", keyData: keys))
            .Fit(data).Transform(data);
    }

    internal sealed class Row
    {
        public string Truth { get; set; } = "";

        public string Guess { get; set; } = "";

        [VectorType(4)]
        public float[] Score { get; set; } = [];
    }

    [SuppressMessage("Style", "IDE1006", Justification = "The names of the classes.")]
    private sealed class Named
    {
        public string Truth { get; set; } = "";

        public string Guess { get; set; } = "";

        public float c0 { get; set; }

        public float c1 { get; set; }

        public float c2 { get; set; }

        public float c3 { get; set; }
    }

    private sealed class Key
    {
        public string Name { get; set; } = "";
    }
}
