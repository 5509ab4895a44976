using System.Text.Json.Nodes;
using Subloc.Cli.Files;
using Subloc.MLNet.Evaluation;

namespace Subloc.Cli.Reports;

/// <summary>Metrics as JSON.</summary>
internal static class MetricsJson
{
    /// <summary>All metrics of one set of predictions.</summary>
    public static JsonObject Of(LocalizationMetrics metrics) => new()
    {
        ["n"] = metrics.RowCount,
        ["accuracy"] = JsonFile.Number(metrics.Accuracy),
        ["macroAccuracy"] = JsonFile.Number(metrics.MacroAccuracy),
        ["macroF1"] = JsonFile.Number(metrics.MacroF1),
        ["weightedF1"] = JsonFile.Number(metrics.WeightedF1),
        ["logLoss"] = JsonFile.Number(metrics.LogLoss),
        ["logLossReduction"] = JsonFile.Number(metrics.LogLossReduction),
        ["gorodkin"] = JsonFile.Number(metrics.Gorodkin),
        ["expectedCalibrationError"] = JsonFile.Number(metrics.ExpectedCalibrationError),
        ["perClass"] = new JsonObject(metrics.PerClass.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)Of(one)))),
        ["confusionMatrix"] = new JsonObject { ["classes"] = JsonFile.Node(metrics.ClassNames), ["rows"] = JsonFile.Node(metrics.ConfusionMatrix) },
        ["baselines"] = new JsonObject { ["majority"] = Of(metrics.MajorityBaseline), ["random"] = Of(metrics.RandomBaseline) },
        ["intervals"] = metrics.Intervals is { } intervals ? Of(intervals) : null,
        ["reliabilityBins"] = JsonFile.Node(metrics.ReliabilityBins),
    };

    private static JsonObject Of(ClassMetrics metrics) => new()
    {
        ["n"] = metrics.Count,
        ["predicted"] = metrics.PredictedCount,
        ["precision"] = JsonFile.Number(metrics.Precision),
        ["recall"] = JsonFile.Number(metrics.Recall),
        ["f1"] = JsonFile.Number(metrics.F1),
        ["mcc"] = JsonFile.Number(metrics.Mcc),
    };

    private static JsonObject Of(BaselineMetrics metrics) => new()
    {
        ["class"] = metrics.ClassName,
        ["accuracy"] = JsonFile.Number(metrics.Accuracy),
        ["macroAccuracy"] = JsonFile.Number(metrics.MacroAccuracy),
        ["macroF1"] = JsonFile.Number(metrics.MacroF1),
        ["gorodkin"] = JsonFile.Number(metrics.Gorodkin),
        ["logLoss"] = JsonFile.Number(metrics.LogLoss),
        ["fromTrainingRows"] = metrics.FromTrainingRows,
    };

    private static JsonObject Of(LocalizationIntervals intervals) => new()
    {
        ["level"] = 0.95,
        ["resamples"] = intervals.Resamples,
        ["accuracy"] = Of(intervals.Accuracy),
        ["macroF1"] = Of(intervals.MacroF1),
        ["gorodkin"] = Of(intervals.Gorodkin),
    };

    private static JsonArray Of(ConfidenceInterval interval) => [JsonFile.Number(interval.Lower), JsonFile.Number(interval.Upper)];
}
