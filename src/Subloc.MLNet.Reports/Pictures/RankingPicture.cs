using ScottPlot;
using ScottPlot.Plottables;
using Subloc.MLNet.Reports.Results;

namespace Subloc.MLNet.Reports.Pictures;

/// <summary>Draws precision-recall and ROC curves, one for each compartment.</summary>
internal static class RankingPicture
{
    // Steps below a third of a unit are not seen, but make files of megabytes.
    private const double LeastStep = 0.0005;
    private const int Height = 560;

    public static Picture DrawPrecisionRecall(IReadOnlyList<string> classNames, IReadOnlyList<RankedProteins?> ranks)
    {
        const string title = "Precision and recall of each compartment";
        Plot plot = Style.Make(title, "recall (share of the compartment's proteins that are found)", "precision (share of the found that are right)");
        AddAll(plot, classNames, ranks, rank => rank.PrecisionRecall, rank => $"AP {Style.Text(rank.AveragePrecision, "0.00")} ({Style.Text(rank.BaseRate, "0.00")})");
        plot.Legend.ManualItems.Add(new LegendItem { LabelText = "AP: average precision" });
        plot.Legend.ManualItems.Add(new LegendItem { LabelText = "(what guessing reaches)" });
        return Finish(plot, "precision-recall", title, "Precision against recall, one curve for each compartment.");
    }

    public static Picture DrawRoc(IReadOnlyList<string> classNames, IReadOnlyList<RankedProteins?> ranks)
    {
        const string title = "ROC curve of each compartment";
        Plot plot = Style.Make(title, "false positive rate (share of all other proteins)", "true positive rate (share of the compartment's proteins)");
        LinePlot guess = plot.Add.Line(0, 0, 1, 1);
        guess.LineColor = Style.Grey;
        guess.LinePattern = LinePattern.Dotted;
        AddAll(plot, classNames, ranks, rank => rank.Roc, rank => $"AUC {Style.Text(rank.AreaUnderRoc, "0.00")}");
        plot.Legend.ManualItems.Add(new LegendItem { LabelText = "guessing, AUC 0.50", LineColor = Style.Grey, LinePattern = LinePattern.Dotted, LineWidth = 1 });
        return Finish(plot, "roc", title, "True positive rate against false positive rate, one curve for each compartment.");
    }

    private static void AddAll(
        Plot plot, IReadOnlyList<string> classNames, IReadOnlyList<RankedProteins?> ranks,
        Func<RankedProteins, IReadOnlyList<(double X, double Y)>> curve, Func<RankedProteins, string> area)
    {
        for (int i = 0; i < classNames.Count; i++)
        {
            if (ranks[i] is not { } rank)
                continue;
            (double X, double Y)[] points = [.. Thin(curve(rank))];
            Scatter line = plot.Add.ScatterLine(points.Select(point => point.X).ToArray(), points.Select(point => point.Y).ToArray());
            line.Color = Style.ColorOf(i);
            line.LinePattern = Style.PatternOf(i);
            line.LineWidth = 2;
            plot.Legend.ManualItems.Add(new LegendItem
            {
                LabelText = $"{Style.Label(classNames[i])}, {area(rank)}",
                LineColor = line.Color,
                LinePattern = line.LinePattern,
                LineWidth = 2,
            });
        }
    }

    private static IEnumerable<(double X, double Y)> Thin(IReadOnlyList<(double X, double Y)> points)
    {
        (double X, double Y) last = (-1, -1);
        int end = 1 + Enumerable.Range(0, points.Count).First(i => points[i].X >= 1);
        for (int i = 0; i < end; i++)
        {
            if (Math.Abs(points[i].X - last.X) + Math.Abs(points[i].Y - last.Y) < LeastStep && i < end - 1)
                continue;
            yield return last = points[i];
        }
    }

    private static Picture Finish(Plot plot, string name, string title, string description)
    {
        Style.LimitToShares(plot);
        plot.ShowLegend(Edge.Right);
        return new Picture(name, title, description, Height, new Panel(plot, Height));
    }
}
