using ScottPlot;
using ScottPlot.Plottables;
using Subloc.MLNet.Evaluation;

namespace Subloc.MLNet.Reports.Pictures;

/// <summary>Draws how often predictions are right that were made with some probability.</summary>
internal static class ReliabilityPicture
{
    private const int TopHeight = 460;
    private const int BottomHeight = 190;

    public static Picture Draw(IReadOnlyList<ReliabilityBin> bins, IReadOnlyList<ReliabilityBin>? calibrated)
    {
        const string title = "Reliability: how far probabilities can be believed";
        Plot plot = Style.Make(title, "largest probability (mean of the bin)", "predictions that are right (share)");
        LinePlot ideal = plot.Add.Line(0, 0, 1, 1);
        ideal.LineColor = Style.Grey;
        ideal.LinePattern = LinePattern.Dotted;
        plot.Legend.ManualItems.Add(new LegendItem { LabelText = "ideal", LineColor = Style.Grey, LinePattern = LinePattern.Dotted, LineWidth = 1 });
        Plot counts = Style.Make("", "largest probability", "proteins");
        string name = calibrated is null ? "predictions, 95 % interval" : "as the networks say";
        Add((plot, counts), bins, (name, Style.Main, MarkerShape.FilledCircle), (calibrated is null ? 0 : -0.5, calibrated is null ? 2 : 1));
        if (calibrated is not null)
            Add((plot, counts), calibrated, ("after temperature scaling", Style.Second, MarkerShape.FilledSquare), (0.5, 1));

        Style.LimitToShares(plot);
        int most = bins.Concat(calibrated ?? []).Max(bin => bin.Count);
        Style.LimitToShares(counts);
        counts.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true, TargetTickCount = 4 };
        counts.Axes.SetLimitsY(0, Math.Max(1, 1.08 * most));
        plot.Axes.Left.MinimumSize = counts.Axes.Left.MinimumSize = 80;
        plot.ShowLegend(Alignment.UpperLeft);
        return new Picture("reliability", title,
            "Share of right predictions against their probability, in bins, beside the diagonal on which both are equal; below it the proteins of each bin.",
            TopHeight + BottomHeight, new Panel(plot, TopHeight), new Panel(counts, BottomHeight));
    }

    private static void Add((Plot Shares, Plot Counts) plots, IReadOnlyList<ReliabilityBin> bins, (string Name, Color Color, MarkerShape Shape) look, (double Shift, double Width) bars)
    {
        ReliabilityBin[] filled = [.. bins.Where(bin => bin.Count > 0)];
        foreach (ReliabilityBin bin in filled)
        {
            ConfidenceInterval interval = ConfidenceInterval.OfShare((int)Math.Round(bin.Accuracy * bin.Count), bin.Count);
            LinePlot range = plots.Shares.Add.Line(bin.Confidence, interval.Lower, bin.Confidence, interval.Upper);
            range.LineColor = look.Color;
            range.LineWidth = 1.2f;
        }

        Scatter line = plots.Shares.Add.Scatter(filled.Select(bin => bin.Confidence).ToArray(), filled.Select(bin => bin.Accuracy).ToArray());
        line.Color = look.Color;
        line.LineWidth = 1.5f;
        line.MarkerShape = look.Shape;
        line.MarkerSize = 8;
        line.LegendText = look.Name;

        plots.Counts.Add.Bars(bins.Select(bin =>
        {
            double half = (bin.UpperBound - bin.LowerBound) / 2, unit = 0.84 * half;
            return new Bar { Position = bin.LowerBound + half + (bars.Shift * unit), Value = bin.Count, Size = bars.Width * unit, FillColor = look.Color, LineWidth = 0 };
        }).ToArray());
    }
}
