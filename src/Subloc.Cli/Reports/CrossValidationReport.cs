using System.Globalization;
using System.Text.Json.Nodes;
using Subloc.Cli.Display;
using Subloc.Cli.Files;
using Subloc.Cli.Training;
using Subloc.MLNet.Evaluation;

namespace Subloc.Cli.Reports;

/// <summary>Results of a cross-validation, for people and for machines.</summary>
internal static class CrossValidationReport
{
    private static readonly (string Name, Func<LocalizationMetrics, double> Of, Func<BaselineMetrics, double> OfBaseline)[] _metrics =
    [
        ("accuracy", metrics => metrics.Accuracy, baseline => baseline.Accuracy),
        ("macroAccuracy", metrics => metrics.MacroAccuracy, baseline => baseline.MacroAccuracy),
        ("macroF1", metrics => metrics.MacroF1, baseline => baseline.MacroF1),
        ("gorodkin", metrics => metrics.Gorodkin, baseline => baseline.Gorodkin),
        ("logLoss", metrics => metrics.LogLoss, baseline => baseline.LogLoss),
    ];

    /// <summary>One row a fold, then mean and deviation, those of the members where folds have several, all folds together, and what guessing reaches.</summary>
    public static ResultTable Table(IReadOnlyList<FoldResult> folds, LocalizationMetrics pooled)
    {
        var table = new ResultTable("held out", "n", "accuracy", "macro accuracy", "macro F1", "Gorodkin", "log-loss", "minutes");
        foreach (FoldResult fold in folds)
            Add(table, fold.Name, fold.Metrics.RowCount, metric => metric.Of(fold.Metrics), Minutes(fold.Seconds));

        table.Add(["mean ± SD", MetricsTables.Text(pooled.RowCount), .. _metrics.Select(metric => Spread(folds.Select(fold => fold.Metrics), metric.Of)), Minutes(folds.Sum(fold => fold.Seconds))]);
        if (folds.Any(fold => fold.Members.Count > 1))
            table.Add(["a member alone", "", .. _metrics.Select(metric => Spread(folds.SelectMany(fold => fold.Members), metric.Of)), ""]);
        Add(table, "pooled", pooled.RowCount, metric => metric.Of(pooled), "");
        Add(table, "majority class", pooled.RowCount, metric => folds.Average(fold => metric.OfBaseline(fold.Metrics.MajorityBaseline)), "");
        Add(table, "random by frequency", pooled.RowCount, metric => folds.Average(fold => metric.OfBaseline(fold.Metrics.RandomBaseline)), "");
        return table;
    }

    /// <summary>Folds, summary and pooled metrics as JSON.</summary>
    public static JsonObject Json(IReadOnlyList<FoldResult> folds, LocalizationMetrics pooled)
    {
        return new JsonObject
        {
            ["summary"] = Summary(folds.Select(fold => fold.Metrics)),
            ["members"] = folds.Max(fold => fold.Members.Count),
            ["memberSummary"] = Summary(folds.SelectMany(fold => fold.Members)),
            ["pooled"] = MetricsJson.Of(pooled),
            ["folds"] = new JsonArray([.. folds.Select(Json)]),
        };
    }

    private static JsonObject Summary(IEnumerable<LocalizationMetrics> metrics)
    {
        var summary = new JsonObject();
        foreach ((string name, Func<LocalizationMetrics, double> of, _) in _metrics)
        {
            MetricSummary spread = MetricSummary.Of(metrics.Select(of));
            summary[name] = new JsonObject { ["mean"] = JsonFile.Number(spread.Mean), ["sd"] = JsonFile.Number(spread.StandardDeviation), ["n"] = spread.Count };
        }

        return summary;
    }

    /// <summary>What temperature scaling makes of the folds, as JSON.</summary>
    public static JsonObject Json(FoldCalibration calibration) => new()
    {
        ["temperature"] = calibration.Temperature,
        ["foldTemperatures"] = JsonFile.Node(calibration.FoldTemperatures),
        ["classOffsets"] = JsonFile.Node(calibration.Offsets?.OfAll ?? []),
        ["foldClassOffsets"] = JsonFile.Node(calibration.Offsets?.OfFolds ?? []),
        ["expectedCalibrationError"] = JsonFile.Number(calibration.Metrics.ExpectedCalibrationError),
        ["logLoss"] = JsonFile.Number(calibration.Metrics.LogLoss),
        ["reliabilityBins"] = JsonFile.Node(calibration.Metrics.ReliabilityBins),
    };

    private static JsonObject Json(FoldResult fold)
    {
        JsonObject json = MetricsJson.Of(fold.Metrics);
        json["name"] = fold.Name;
        json["trainingProteins"] = fold.Training.Rows;
        json["validationProteins"] = fold.Training.ValidationRows;
        json["validationSplit"] = fold.Training.ValidationSplit;
        json["epochs"] = fold.Training.History.Count;
        json["bestEpoch"] = fold.Training.BestEpoch;
        json["memberAccuracies"] = new JsonArray([.. fold.Members.Select(member => (JsonNode)JsonFile.Number(member.Accuracy)!)]);
        json["history"] = JsonFile.Node(fold.Training.History);
        json["seconds"] = JsonFile.Number(fold.Seconds);
        return json;
    }

    private static void Add(
        ResultTable table, string name, int rows,
        Func<(string Name, Func<LocalizationMetrics, double> Of, Func<BaselineMetrics, double> OfBaseline), double> value, string minutes) =>
        table.Add([name, MetricsTables.Text(rows), .. _metrics.Select(metric => MetricsTables.Text(value(metric))), minutes]);

    private static string Spread(IEnumerable<LocalizationMetrics> metrics, Func<LocalizationMetrics, double> of)
    {
        MetricSummary spread = MetricSummary.Of(metrics.Select(of));
        return spread.Count > 1
            ? string.Create(CultureInfo.InvariantCulture, $"{spread.Mean:0.000} ± {spread.StandardDeviation:0.000}")
            : MetricsTables.Text(spread.Mean);
    }

    private static string Minutes(double seconds) => (seconds / 60).ToString("0.0", CultureInfo.InvariantCulture);
}
