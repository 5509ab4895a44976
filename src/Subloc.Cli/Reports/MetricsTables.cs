using System.Globalization;
using Subloc.Cli.Display;
using Subloc.MLNet.Evaluation;

namespace Subloc.Cli.Reports;

/// <summary>Metrics as tables.</summary>
internal static class MetricsTables
{
    /// <summary>The metrics beside what guessing reaches.</summary>
    public static ResultTable Overall(LocalizationMetrics metrics)
    {
        var table = new ResultTable("", "n", "accuracy", "macro accuracy", "macro F1", "Gorodkin", "log-loss");
        table.Add("model", Text(metrics.RowCount), Text(metrics.Accuracy), Text(metrics.MacroAccuracy), Text(metrics.MacroF1), Text(metrics.Gorodkin), Text(metrics.LogLoss));
        if (metrics.Intervals is { } intervals)
            table.Add("95 % interval", "", intervals.Accuracy.ToString(), "", intervals.MacroF1.ToString(), intervals.Gorodkin.ToString(), "");
        Add(table, $"always {metrics.MajorityBaseline.ClassName}", metrics.RowCount, metrics.MajorityBaseline);
        Add(table, "random by frequency", metrics.RowCount, metrics.RandomBaseline);
        return table;
    }

    /// <summary>One row for each compartment.</summary>
    public static ResultTable PerClass(LocalizationMetrics metrics)
    {
        var table = new ResultTable("compartment", "n", "predicted", "precision", "recall", "F1", "MCC");
        foreach (ClassMetrics one in metrics.PerClass)
            table.Add(one.Name, Text(one.Count), Text(one.PredictedCount), Text(one.Precision), Text(one.Recall), Text(one.F1), Text(one.Mcc));
        return table;
    }

    /// <summary>One row for each bin of the largest probability that has proteins.</summary>
    public static ResultTable Reliability(LocalizationMetrics metrics)
    {
        var table = new ResultTable("largest probability", "n", "mean probability", "right");
        foreach (ReliabilityBin bin in metrics.ReliabilityBins.Where(bin => bin.Count > 0))
            table.Add(string.Create(CultureInfo.InvariantCulture, $"{bin.LowerBound:0.00}-{bin.UpperBound:0.00}"), Text(bin.Count), Text(bin.Confidence), Text(bin.Accuracy));
        return table;
    }

    /// <summary>A count.</summary>
    public static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);

    /// <summary>A metric with three decimals.</summary>
    public static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static void Add(ResultTable table, string name, int rows, BaselineMetrics baseline) => table.Add(
        name, Text(rows), Text(baseline.Accuracy), Text(baseline.MacroAccuracy), Text(baseline.MacroF1), Text(baseline.Gorodkin), Text(baseline.LogLoss));
}
