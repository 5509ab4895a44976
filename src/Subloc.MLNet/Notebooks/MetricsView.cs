using Subloc.MLNet.Evaluation;

namespace Subloc.MLNet.Notebooks;

/// <summary>How metrics are shown: all rows beside the baselines, then each class.</summary>
internal static class MetricsView
{
    public static string ToHtml(LocalizationMetrics metrics)
    {
        BaselineMetrics majority = metrics.MajorityBaseline, random = metrics.RandomBaseline;
        LocalizationIntervals? intervals = metrics.Intervals;
        return new HtmlFragment()
            .Table(
                $"{metrics.RowCount} proteins",
                ["", Head("model"), Head($"always {majority.ClassName}"), Head("at random"), "95 % interval"],
                [
                    ["accuracy", metrics.Accuracy, majority.Accuracy, random.Accuracy, Text(intervals?.Accuracy)],
                    ["macro accuracy", metrics.MacroAccuracy, majority.MacroAccuracy, random.MacroAccuracy, ""],
                    ["macro F1", metrics.MacroF1, majority.MacroF1, random.MacroF1, Text(intervals?.MacroF1)],
                    ["Gorodkin's correlation", metrics.Gorodkin, majority.Gorodkin, random.Gorodkin, Text(intervals?.Gorodkin)],
                    ["log-loss (nats)", metrics.LogLoss, majority.LogLoss, random.LogLoss, ""],
                    ["calibration error", metrics.ExpectedCalibrationError, "", "", ""],
                ])
            .Table(
                "Each compartment against all others",
                ["compartment", Head("proteins"), Head("predicted"), Head("precision"), Head("recall"), Head("F1"), Head("MCC")],
                metrics.PerClass.Select(IReadOnlyList<HtmlCell> (one) =>
                    [one.Name, one.Count, one.PredictedCount, one.Precision, one.Recall, one.F1, one.Mcc]))
            .ToString();
    }

    private static HtmlCell Head(string text) => new(text, IsNumber: true);

    private static HtmlCell Text(ConfidenceInterval? interval) => interval?.ToString() ?? "";
}
