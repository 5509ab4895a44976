using ScottPlot;
using ScottPlot.Plottables;
using Subloc.MLNet.Reports.Results;

namespace Subloc.MLNet.Reports.Pictures;

/// <summary>Draws what training gave, epoch by epoch.</summary>
internal static class CurvesPicture
{
    private const int PanelHeight = 330;

    public static Picture Draw(IReadOnlyList<TrainingCurve> curves)
    {
        const string title = "Training curves";
        Plot loss = Style.Make($"{title}: loss", "epoch", "cross-entropy (nats a protein)");
        Plot accuracy = Style.Make($"{title}: accuracy", "epoch", "accuracy (share of proteins)");
        for (int i = 0; i < curves.Count; i++)
        {
            Add(loss, curves[i], i, (epoch => epoch.Loss, epoch => epoch.ValidationLoss));
            Add(accuracy, curves[i], i, (epoch => epoch.Accuracy, epoch => epoch.ValidationAccuracy));
        }

        int epochs = curves.Max(curve => curve.Epochs.Count == 0 ? 1 : curve.Epochs[^1].Epoch);
        foreach (Plot plot in (Plot[])[loss, accuracy])
        {
            AddKey(plot, curves);
            plot.Axes.AutoScale();
            AxisLimits limits = plot.Axes.GetLimits();
            plot.Axes.SetLimits(epochs == 1 ? 0 : 1 - (0.02 * epochs), epochs == 1 ? 2 : epochs * 1.02, limits.Bottom, limits.Top);
            int step = Math.Max(1, (int)Math.Ceiling(epochs / 12.0));
            double[] ticks = [.. Enumerable.Range(0, (epochs / step) + 1).Select(tick => Math.Max(1.0, tick * step)).Distinct()];
            plot.Axes.Bottom.SetTicks(ticks, [.. ticks.Select(tick => Style.Text(tick, "0"))]);
            plot.Axes.Left.MinimumSize = 80;
        }

        return new Picture("training-curves", title,
            $"Loss and accuracy of {curves.Count} trainings over up to {epochs} epochs, for the proteins learned from and, where there are some, for those of validation.",
            2 * PanelHeight, new Panel(loss, PanelHeight), new Panel(accuracy, PanelHeight));
    }

    private static void Add(Plot plot, TrainingCurve curve, int index, (Func<EpochPoint, double?> Training, Func<EpochPoint, double?> Validation) values)
    {
        EpochPoint[] validated = [.. curve.Epochs.Where(epoch => values.Validation(epoch) is not null)];
        AddLine(plot, curve.Epochs, values.Training, index, isTraining: true);
        AddLine(plot, validated, values.Validation, index, isTraining: false);
        if (curve.Epochs.FirstOrDefault(epoch => epoch.Epoch == curve.BestEpoch) is not { } best)
            return;

        // ScottPlot draws a marker with the pattern of the line before it, of which Skia's SVG complains; a solid line of no length comes between.
        double height = (values.Validation(best) ?? values.Training(best))!.Value;
        plot.Add.Line(best.Epoch, height, best.Epoch, height).LineColor = Style.ColorOf(index);
        plot.Add.Marker(best.Epoch, height, MarkerShape.FilledCircle, 9, Style.ColorOf(index));
    }

    private static void AddLine(Plot plot, IReadOnlyList<EpochPoint> epochs, Func<EpochPoint, double?> value, int index, bool isTraining)
    {
        if (epochs.Count == 0)
            return;
        Scatter line = plot.Add.Scatter(epochs.Select(epoch => (double)epoch.Epoch).ToArray(), epochs.Select(epoch => value(epoch)!.Value).ToArray());
        line.Color = Style.ColorOf(index);
        line.LineWidth = isTraining ? 1.3f : 2.2f;
        line.LinePattern = isTraining ? LinePattern.Dashed : LinePattern.Solid;
        line.MarkerSize = epochs.Count == 1 ? 6 : 0;
    }

    private static void AddKey(Plot plot, IReadOnlyList<TrainingCurve> curves)
    {
        if (curves.Any(curve => curve.Epochs.Any(epoch => epoch.ValidationLoss is not null)))
            plot.Legend.ManualItems.Add(new LegendItem { LabelText = "validation", LineColor = Style.Grey, LineWidth = 2.2f });
        plot.Legend.ManualItems.Add(new LegendItem { LabelText = "training", LineColor = Style.Grey, LineWidth = 1.3f, LinePattern = LinePattern.Dashed });
        plot.Legend.ManualItems.Add(new LegendItem { LabelText = "epoch kept", MarkerShape = MarkerShape.FilledCircle, MarkerFillColor = Style.Grey, MarkerSize = 9 });
        for (int i = 0; i < curves.Count; i++)
            plot.Legend.ManualItems.Add(new LegendItem { LabelText = Style.Label(curves[i].Name), LineColor = Style.ColorOf(i), LineWidth = 4 });
        plot.ShowLegend(Edge.Right);
    }
}
