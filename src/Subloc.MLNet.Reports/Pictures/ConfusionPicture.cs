using ScottPlot;
using ScottPlot.Plottables;

namespace Subloc.MLNet.Reports.Pictures;

/// <summary>Draws confusion matrices.</summary>
internal static class ConfusionPicture
{
    private const int MostWithNumbers = 24;

    public static Picture Draw(IReadOnlyList<string> classNames, IReadOnlyList<IReadOnlyList<int>> counts, bool isNormalized)
    {
        string title = isNormalized ? "Confusion matrix: share of each true compartment (%)" : "Confusion matrix: proteins";
        string[] labels = [.. classNames.Select(Style.Label)];
        int classes = labels.Length;
        Plot plot = Style.Make(title, "predicted compartment", "true compartment");
        plot.HideGrid();
        int most = Math.Max(1, counts.Max(row => row.Max()));
        for (int i = 0; i < classes; i++)
        {
            int total = counts[i].Sum();
            for (int j = 0; j < classes; j++)
            {
                double share = total == 0 ? 0 : (double)counts[i][j] / total;
                // The square root: else the largest compartment leaves all others pale.
                AddCell(plot, (j, classes - 1 - i), isNormalized ? share : Math.Sqrt((double)counts[i][j] / most));
                if (counts[i][j] > 0 && classes <= MostWithNumbers)
                    AddNumber(plot, (j, classes - 1 - i), isNormalized ? Percent(share) : Style.Text(counts[i][j], "0"), isNormalized ? share : Math.Sqrt((double)counts[i][j] / most), classes);
            }
        }

        double[] places = [.. Enumerable.Range(0, classes).Select(place => (double)place)];
        plot.Axes.Bottom.SetTicks(places, labels);
        plot.Axes.Left.SetTicks([.. places.Reverse()], labels);
        plot.Axes.Bottom.TickLabelStyle.Rotation = -40;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.UpperRight;
        plot.Axes.Bottom.MinimumSize = (0.57f * Style.WidthOf(labels)) + 56;
        plot.Axes.SetLimits(-0.5, classes - 0.5, -0.5, classes - 0.5);
        string description = $"Matrix of {classes} compartments; rows are true, columns predicted, numbers are {(isNormalized ? "percent of the row" : "proteins")}.";
        int height = (int)plot.Axes.Bottom.MinimumSize + 70 + Math.Clamp(classes * 52, 200, 900);
        return new Picture(isNormalized ? "confusion-shares" : "confusion-counts", title, description, height, new Panel(plot, height));
    }

    private static void AddCell(Plot plot, (int X, int Y) place, double share)
    {
        Rectangle cell = plot.Add.Rectangle(place.X - 0.5, place.X + 0.5, place.Y - 0.5, place.Y + 0.5);
        cell.FillColor = Style.Shade(share);
        cell.LineColor = Color.FromHex("#d0d0d0");
        cell.LineWidth = 0.5f;
    }

    private static void AddNumber(Plot plot, (int X, int Y) place, string number, double share, int classes)
    {
        Text text = plot.Add.Text(number, place.X, place.Y);
        text.LabelAlignment = Alignment.MiddleCenter;
        text.OffsetY = Style.Drop;
        text.LabelFontSize = classes > 14 ? 10 : 13;
        text.LabelFontColor = Style.TextOn(share);
    }

    private static string Percent(double share) => share < 0.005 ? "<1" : Style.Text(100 * share, "0");
}
