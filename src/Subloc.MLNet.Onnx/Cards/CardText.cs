using System.Globalization;
using System.Text;
using Subloc.MLNet.Evaluation;

namespace Subloc.MLNet.Onnx.Cards;

/// <summary>A model card as text.</summary>
internal static class CardText
{
    private const int BarWidth = 30;

    /// <summary>The card in Markdown.</summary>
    public static string Markdown(ModelCard card)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Model card: {card.Name}\n");
        foreach (CardSection section in Sections(card))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {section.Title}\n");
            if (section.Lines.Count > 0)
                text.Append('\n').AppendJoin("\n\n", section.Lines).Append('\n');
            if (section.Headings.Count == 0)
                continue;

            text.Append('\n');
            AppendRow(text, section.Headings);
            AppendRow(text, section.Headings.Select((_, column) => column == 0 ? "---" : "---:"));
            foreach (IReadOnlyList<string> row in section.Rows)
                AppendRow(text, row);
        }

        return text.ToString();
    }

    /// <summary>The card in parts.</summary>
    public static IReadOnlyList<CardSection> Sections(ModelCard card) =>
    [
        Plain("Purpose", card.Purpose),
        new("Must not be used for", [.. card.Limits.Select(limit => $"- {limit}")], [], []),
        new("Data", [card.Data], ["held out", "proteins"], [.. card.Folds.Select(fold => (string[])[fold.Key, Text(fold.Value)])]),
        Plain("Method", card.Method),
        Metrics(card),
        PerClass(card),
        .. card.Calibration is { } calibration ? (CardSection[])[Calibration(card, calibration)] : [],
        Confusion(card),
        Plain("Speed", card.Speed),
        Plain("Licence", card.Licence),
    ];

    private static CardSection Plain(string title, string text) => new(title, [text], [], []);

    private static CardSection Metrics(ModelCard card) => new(
        "Results",
        [$"Mean and standard deviation over {card.Folds.Count} folds, of proteins that the network had not seen, beside always naming the most frequent compartment."],
        ["metric", "model", "majority"],
        [.. card.Metrics.Select(metric => (string[])[metric.Name, Spread(metric), Text(metric.Majority)])]);

    private static CardSection PerClass(ModelCard card)
    {
        string[] weak = [.. card.WeakClasses.Select(one => one.Name)];
        return new CardSection(
            "Compartments",
            [
                "Precision: how many of the proteins that are predicted there reside there. Recall: how many of those that reside there are found. "
                    + "In brackets Wilson's 95 % intervals, which take proteins as independent and say nothing about the spread between trainings.",
                weak.Length == 0
                    ? Invariant($"No compartment has an F1 below {ModelCard.WeakF1}.")
                    : Invariant($"Weak, with an F1 below {ModelCard.WeakF1}: {string.Join(", ", weak)}."),
            ],
            ["compartment", "n", "predicted", "precision", "recall", "F1"],
            [.. card.Classes.Select(one => (string[])
                [one.Name, Text(one.Count), Text(one.PredictedCount), $"{Text(one.Precision)} {one.PrecisionInterval}", $"{Text(one.Recall)} {one.RecallInterval}", Text(one.F1)])]);
    }

    // The bars are the calibration plot: they should grow with the bins.
    private static CardSection Calibration(ModelCard card, CardCalibration calibration) => new(
        "Calibration",
        [
            Invariant($"Expected calibration error {calibration.Error:0.000} over 15 bins, {calibration.ErrorBefore:0.000} before temperature scaling; each fold's temperature was fitted on the other folds. Log-loss {calibration.LogLoss:0.000}. The model's own temperature is {calibration.Temperature:0.000}."),
            .. calibration.Offsets.Count == 0 ? (string[])[] :
            [
                Invariant($"So that rare compartments are named more often, a number is added to each logit before: {ClassOffsets.Describe(card.Classes.Select(one => one.Name), calibration.Offsets)}. In all results here each fold's numbers were fitted on the other folds."),
            ],
        ],
        ["largest probability", "proteins", "mean probability", "right", "share that is right"],
        [.. calibration.Bins.Where(bin => bin.Count > 0).Select(bin => (string[])
            [Invariant($"{bin.LowerBound:0.00}-{bin.UpperBound:0.00}"), Text(bin.Count), Text(bin.Confidence), Text(bin.Accuracy), new string('#', (int)Math.Round(bin.Accuracy * BarWidth))])]);

    private static CardSection Confusion(ModelCard card) => new(
        "Confusion matrix",
        ["Rows: where proteins reside. Columns, in the same order: where they are predicted."],
        ["compartment", .. Enumerable.Range(1, card.Classes.Count).Select(number => Text(number))],
        [.. card.Classes.Select((one, row) => (string[])[$"{row + 1} {one.Name}", .. card.ConfusionMatrix[row].Select(Text)])]);

    private static string Spread(CardMetric metric) => metric.StandardDeviation is { } deviation
        ? Invariant($"{metric.Mean:0.000} ± {deviation:0.000}")
        : Text(metric.Mean);

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
