using System.Globalization;
using Subloc.MLNet.Evaluation;
using Subloc.MLNet.Reports.Results;

namespace Subloc.MLNet.Reports.Html;

/// <summary>The tables of a report.</summary>
internal static class ReportTables
{
    private const int LongText = 30;

    /// <summary>Metrics, by their names in JSON and for people.</summary>
    public static (string Key, string Name, string Unit)[] Metrics { get; } =
    [
        ("accuracy", "accuracy", "share of proteins that are predicted right; best is 1"),
        ("macroAccuracy", "macro accuracy", "mean share of right predictions over the compartments; best is 1"),
        ("macroF1", "macro F1", "mean over the compartments of the harmonic mean of precision and recall; best is 1"),
        ("gorodkin", "Gorodkin", "correlation of true and predicted compartments; guessing gives 0, best is 1"),
        ("logLoss", "log-loss", "nats a protein; best is 0"),
    ];

    /// <summary>Writes a table whose columns sort, and whose rows filter where there are enough of them.</summary>
    public static void Write(HtmlText html, string caption, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] all = [.. rows];
        html.Add("p", caption, ("class", "caption")).Open("div", ("class", "table")).Open("table", ("class", "sortable"), ("aria-label", caption));
        html.Open("thead").Open("tr");
        for (int i = 0; i < headings.Count; i++)
            html.Add("th", headings[i], ("scope", "col"), ("class", all.Length > 0 && IsNumber(all[0][i]) ? "number" : ""));
        html.Close().Close().Open("tbody");
        foreach (IReadOnlyList<string> row in all)
        {
            html.Open("tr");
            for (int i = 0; i < row.Count; i++)
                html.Add("td", row[i], ("class", IsNumber(row[i]) ? "number" : row[i].Length > LongText ? "long" : ""));
            html.Close();
        }

        html.Close().Close().Close();
    }

    /// <summary>Metrics beside what guessing reaches.</summary>
    public static void WriteMetrics(HtmlText html, ResultFile result)
    {
        ResultJson json = result.Json, measured = result.Measured;
        string spread = json.Summary is null ? "95 % interval" : "mean ± SD of the folds";
        Write(html, "Metrics", ["metric", "all proteins", spread, "majority class", "random by frequency", "meaning"],
            Metrics.Where(metric => measured[metric.Key] is not null).Select(metric => (string[])
            [
                metric.Name, Number(measured[metric.Key]), Spread(json, metric.Key),
                Number(Baseline(json, "majority", metric.Key)), Number(Baseline(json, "random", metric.Key)), metric.Unit,
            ]));
    }

    /// <summary>One row for each compartment.</summary>
    public static void WriteClasses(HtmlText html, ResultJson measured) => Write(
        html, "Compartments", ["compartment", "proteins", "predicted", "precision", "recall", "F1", "MCC"],
        measured.PerClass!.Select(one => (string[])
            [one.Key, Count(one.Value.N), Count(one.Value.Predicted), Number(one.Value.Precision), Number(one.Value.Recall), Number(one.Value.F1), Number(one.Value.Mcc)]));

    /// <summary>One row for each fold.</summary>
    public static void WriteFolds(HtmlText html, IEnumerable<ResultJson.FoldJson> folds) => Write(
        html, "Folds", ["held out", "proteins", "accuracy", "macro accuracy", "macro F1", "Gorodkin", "log-loss", "epochs", "epoch kept", "minutes"],
        folds.Select(fold => (string[])
        [
            fold.Name, Count(fold.N), Number(fold.Accuracy), Number(fold.MacroAccuracy), Number(fold.MacroF1), Number(fold.Gorodkin), Number(fold.LogLoss),
            Count(fold.Epochs), Count(fold.BestEpoch), (fold.Seconds / 60)?.ToString("0.0", CultureInfo.InvariantCulture) ?? "",
        ]));

    /// <summary>One row for each bin of the largest probability that has proteins.</summary>
    public static void WriteReliability(HtmlText html, IEnumerable<ReliabilityBin> bins) => Write(
        html, "How often predictions are right, by their probability", ["largest probability above", "up to", "proteins", "mean probability", "right"],
        bins.Where(bin => bin.Count > 0).Select(bin => (string[])
            [Text(bin.LowerBound, "0.00"), Text(bin.UpperBound, "0.00"), Count(bin.Count), Number(bin.Confidence), Number(bin.Accuracy)]));

    /// <summary>What guessing reaches: for folds, the mean over them.</summary>
    public static double? Baseline(ResultJson json, string kind, string metric) => json.Folds is { Count: > 0 } folds
        ? folds.Average(fold => fold.Baselines?.GetValueOrDefault(kind)?[metric])
        : json.Baselines?.GetValueOrDefault(kind)?[metric];

    /// <summary>A metric with three decimals; nothing where there is none.</summary>
    public static string Number(double? value) => value is { } known ? Text(known, "0.000") : "";

    /// <summary>A count.</summary>
    public static string Count(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Spread(ResultJson json, string metric)
    {
        if (json.Summary?.GetValueOrDefault(metric) is { Mean: { } mean } summary)
            return summary.Sd is { } deviation ? $"{Number(mean)} ± {Number(deviation)}" : Number(mean);
        return json.Intervals?.GetValueOrDefault(metric) is { ValueKind: System.Text.Json.JsonValueKind.Array } interval && interval.GetArrayLength() == 2
            ? $"{Number(interval[0].GetDouble())} to {Number(interval[1].GetDouble())}"
            : "";
    }

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
