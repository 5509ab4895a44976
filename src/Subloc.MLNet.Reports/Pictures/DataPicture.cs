using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;
using Subloc.MLNet.Reports.Results;

namespace Subloc.MLNet.Reports.Pictures;

/// <summary>Draws what a data set holds.</summary>
internal static class DataPicture
{
    private const int LengthsHeight = 400;

    private static readonly double[] _lengths = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];
    private static readonly double[] _closeLengths = [.. Enumerable.Range(0, 5).SelectMany(_ => (double[])[1, 1.5, 2, 3, 4, 5, 7], (decade, step) => step * Math.Pow(10, decade))];

    public static Picture DrawComposition(IReadOnlyList<KeyValuePair<string, int>> classes, bool isPredicted)
    {
        string title = isPredicted ? "Proteins predicted to be of each compartment" : "Proteins of each compartment";
        KeyValuePair<string, int>[] sorted = [.. classes.OrderBy(one => one.Value)];
        int total = Math.Max(1, sorted.Sum(one => one.Value)), most = Math.Max(1, sorted.Max(one => one.Value));
        Plot plot = Style.Make($"{title} ({total} in all)", "proteins", "");
        BarPlot bars = plot.Add.Bars(sorted.Select((one, place) => new Bar
        {
            Position = place,
            Value = one.Value,
            Size = 0.7,
            FillColor = Style.Main,
            LineWidth = 0,
            Orientation = Orientation.Horizontal,
        }).ToArray());
        bars.Horizontal = true;
        for (int i = 0; i < sorted.Length; i++)
        {
            Text text = plot.Add.Text($" {sorted[i].Value} ({Style.Text(100.0 * sorted[i].Value / total, "0.0")} %)", sorted[i].Value, i);
            text.LabelAlignment = Alignment.MiddleLeft;
            text.LabelFontSize = 13;
            text.OffsetY = Style.Drop;
        }

        plot.Axes.Left.SetTicks([.. sorted.Select((_, place) => (double)place)], [.. sorted.Select(one => Style.Label(one.Key))]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Grid.YAxisStyle.IsVisible = false;
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        plot.Axes.SetLimits(0, most * 1.2, -0.6, sorted.Length - 0.4);
        int height = 130 + (34 * sorted.Length);
        return new Picture("class-composition", title, $"Bars of the number of proteins of {sorted.Length} compartments.", height, new Panel(plot, height));
    }

    public static Picture DrawLengths(IReadOnlyList<LengthBin> bins, double? median)
    {
        const string title = "Lengths of the proteins";
        Plot plot = Style.Make($"{title} ({bins.Sum(bin => bin.Count)} in all)", "length (residues, logarithmic)", "proteins");
        plot.Add.Bars(bins.Select(bin => new Bar
        {
            Position = (Math.Log10(bin.From) + Math.Log10(bin.Below)) / 2,
            Value = bin.Count,
            Size = Math.Log10(bin.Below) - Math.Log10(bin.From),
            FillColor = Style.Main,
            LineColor = Colors.White,
            LineWidth = 1,
        }).ToArray());
        double most = Math.Max(1, bins.Max(bin => bin.Count)) * 1.12;
        if (median is { } middle)
        {
            LinePlot line = plot.Add.Line(Math.Log10(middle), 0, Math.Log10(middle), most);
            line.LineColor = Style.Second;
            line.LineWidth = 2;
            line.LinePattern = LinePattern.Dashed;
            line.LegendText = $"median {Style.Text(middle, "0")} residues";
            plot.ShowLegend(Alignment.UpperRight);
        }

        double[] ticks = [.. (bins[^1].Below > 20 * bins[0].From ? _lengths : _closeLengths).Where(length => length >= bins[0].From && length <= bins[^1].Below)];
        plot.Axes.Bottom.SetTicks([.. ticks.Select(Math.Log10)], [.. ticks.Select(tick => Style.Text(tick, "0"))]);
        plot.Axes.Left.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        plot.Axes.SetLimits(Math.Log10(bins[0].From) - 0.02, Math.Log10(bins[^1].Below) + 0.02, 0, most);
        return new Picture("lengths", title, "Histogram of the proteins by length, on a logarithmic axis.", LengthsHeight, new Panel(plot, LengthsHeight));
    }
}
