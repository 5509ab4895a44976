using System.Globalization;
using Subloc.MLNet.Notebooks;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>How a training is shown in a notebook: what it learned from, its curves, some epochs.</summary>
internal static class TrainingCurves
{
    private const int Width = 320;
    private const int Height = 200;
    private const int Margin = 40;

    // Blue and orange, which the colour-blind tell apart; the second is dashed as well.
    private const string OfTraining = "stroke=\"#0072b2\"";
    private const string OfValidation = "stroke=\"#d55e00\" stroke-dasharray=\"5 3\"";

    public static string ToHtml(TrainingSummary training)
    {
        IReadOnlyList<EpochResult> history = training.History;
        if (history.Count == 0)
            return new HtmlFragment().Paragraph(string.Create(CultureInfo.InvariantCulture, $"{training.Rows} proteins learned from; {training.Seconds:0.0} s")).ToString();

        string text = string.Create(CultureInfo.InvariantCulture,
            $"{training.Rows} proteins learned from, {training.ValidationRows} kept for validation; "
            + $"best epoch {training.BestEpoch} of {history.Count}; {training.Seconds:0.0} s");
        return new HtmlFragment()
            .Paragraph(text)
            .Raw($"<svg width=\"{2 * Width}\" height=\"{Height}\" viewBox=\"0 0 {2 * Width} {Height}\" font-size=\"11\" fill=\"currentColor\">")
            .Raw(Panel(0, "loss (nats) by epoch", history, epoch => epoch.Loss, epoch => epoch.ValidationLoss))
            .Raw(Panel(Width, "accuracy by epoch", history, epoch => epoch.Accuracy, epoch => epoch.ValidationAccuracy))
            .Raw("</svg>")
            .Paragraph("Blue: training, with dropout. Orange, dashed: validation.")
            .Table(
                "The first, the best and the last epoch",
                [Head("epoch"), Head("loss"), Head("accuracy"), Head("validation loss"), Head("validation accuracy"), Head("seconds")],
                history
                    .Where(epoch => epoch.Epoch == 1 || epoch.Epoch == training.BestEpoch || epoch.Epoch == history.Count)
                    .Select(IReadOnlyList<HtmlCell> (epoch) =>
                        [epoch.Epoch, epoch.Loss, epoch.Accuracy, epoch.ValidationLoss, epoch.ValidationAccuracy, epoch.Seconds]))
            .ToString();
    }

    private static HtmlCell Head(string text) => new(text, IsNumber: true);

    private static string Panel(
        int left, string title, IReadOnlyList<EpochResult> history, Func<EpochResult, double?> training, Func<EpochResult, double?> validation)
    {
        double[] values = [.. history.SelectMany(epoch => new[] { training(epoch), validation(epoch) }).OfType<double>().Where(double.IsFinite)];
        (double least, double greatest) = values.Length > 0 ? (values.Min(), values.Max()) : (0, 1);
        double span = Math.Max(greatest - least, 1e-6), steps = Math.Max(history.Count - 1, 1);
        double X(int index) => left + Margin + index / steps * (Width - Margin - 10);
        double Y(double value) => Height - 20 - (value - least) / span * (Height - 45);
        string Points(Func<EpochResult, double?> of) => string.Join(' ', history.Index()
            .Where(one => of(one.Item) is { } value && double.IsFinite(value))
            .Select(one => Point(X(one.Index), Y(of(one.Item)!.Value))));
        return string.Create(CultureInfo.InvariantCulture,
            $"""
            <text x="{left + Margin}" y="12">{title}</text>
            <text x="{left + Margin - 4}" y="29" text-anchor="end">{greatest:0.00}</text>
            <text x="{left + Margin - 4}" y="{Height - 18}" text-anchor="end">{least:0.00}</text>
            <text x="{left + Margin}" y="{Height - 4}">1</text>
            <text x="{left + Width - 10}" y="{Height - 4}" text-anchor="end">{history.Count}</text>
            <path d="M{left + Margin} 20V{Height - 20}H{left + Width - 10}" fill="none" stroke="currentColor" stroke-opacity="0.4"/>
            <polyline points="{Points(training)}" fill="none" stroke-width="2" {OfTraining}/>
            <polyline points="{Points(validation)}" fill="none" stroke-width="2" {OfValidation}/>
            """);
    }

    private static string Point(double x, double y) => string.Create(CultureInfo.InvariantCulture, $"{x:0.0},{y:0.0}");
}
