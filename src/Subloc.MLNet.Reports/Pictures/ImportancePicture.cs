using ScottPlot;
using ScottPlot.Plottables;
using Subloc.MLNet.Reports.Results;

namespace Subloc.MLNet.Reports.Pictures;

/// <summary>Draws which residues a prediction rests on.</summary>
internal static class ImportancePicture
{
    private const string Attention = "attention";
    private const int Window = 40;
    private const int MostBars = 700;
    private const int SequenceHeight = 300;
    private const int WindowHeight = 270;

    public static Picture Draw(ExplainedProtein protein)
    {
        string name = Style.Label(protein.Id.Length == 0 ? "protein" : protein.Id);
        string what = protein.Method == Attention ? "that the network looked at for" : "that speak for";
        string title = $"{name}: residues {what} {Style.Label(protein.Class)} ({Style.Text(100 * protein.Probability, "0")} %)";
        int from = TopWindow(protein.Importance), to = Math.Min(from + Window, protein.Importance.Count);
        var panels = new List<Panel> { new(DrawSequence(protein, title, (from, to)), SequenceHeight) };
        if (protein.Motifs.Count > 0)
            panels.Add(DrawMotifs(protein));
        panels.Add(new Panel(DrawWindow(protein, (from, to)), WindowHeight));
        return new Picture("importance", title,
            $"Importance of {protein.Importance.Count} residues by {protein.Method}; below it, with letters, the part that weighs most: residues {from + 1} to {to}.",
            panels.Sum(panel => panel.Height), [.. panels]);
    }

    /// <summary>Where the part of a sequence begins that weighs most, counted from 0.</summary>
    internal static int TopWindow(IReadOnlyList<double> importance)
    {
        double sum = 0, most = double.NegativeInfinity;
        int best = 0;
        for (int i = 0; i < importance.Count; i++)
        {
            sum += Math.Abs(importance[i]);
            if (i >= Window)
                sum -= Math.Abs(importance[i - Window]);
            if (i >= Math.Min(Window, importance.Count) - 1 && sum > most)
                (most, best) = (sum, Math.Max(0, i - Window + 1));
        }

        return best;
    }

    private static Plot DrawSequence(ExplainedProtein protein, string title, (int From, int To) window)
    {
        Plot plot = Style.Make(title, "position (residues)", $"importance ({Unit(protein.Method)})");
        Limit(plot, protein.Importance, (0.5, protein.Importance.Count + 0.5));
        AxisLimits limits = plot.Axes.GetLimits();
        Rectangle mark = plot.Add.Rectangle(window.From + 0.5, window.To + 0.5, limits.Bottom, limits.Top);
        mark.FillColor = Color.FromHex("#f0e442").WithAlpha(0.35);
        mark.LineWidth = 0;
        int step = (int)Math.Ceiling((double)protein.Importance.Count / MostBars);
        plot.Add.Bars(Enumerable.Range(0, (protein.Importance.Count + step - 1) / step).Select(place =>
        {
            // Of several residues to a bar the one that weighs most, so that no peak is lost.
            double value = protein.Importance.Skip(place * step).Take(step).MaxBy(Math.Abs);
            return MakeBar((place * step) + ((step + 1) / 2.0), value, step);
        }).ToArray());
        plot.Layout.Fixed(new PixelPadding(LeftOf(protein), 24, 52, 44));
        return plot;
    }

    private static Panel DrawMotifs(ExplainedProtein protein)
    {
        string[] rules = [.. protein.Motifs.Select(motif => motif.Rule).Distinct().Take(6)];
        Plot plot = Style.Make("", "", "");
        foreach (SequenceSpan motif in protein.Motifs)
        {
            int row = Array.IndexOf(rules, motif.Rule);
            if (row < 0)
                continue;
            Rectangle span = plot.Add.Rectangle(motif.Start - 0.5, motif.End + 0.5, row - 0.3, row + 0.3);
            span.FillColor = Style.ColorOf(2);
            span.LineColor = Style.ColorOf(2);
            span.LineWidth = 1;
        }

        plot.Axes.Left.SetTicks([.. rules.Select((_, row) => (double)row)], [.. rules.Select(Style.Label)]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Bottom.SetTicks([], []);
        plot.Axes.Bottom.Label.Text = "found by rules, not by the model";
        plot.Axes.Bottom.Label.FontSize = 12;
        plot.Axes.SetLimits(0.5, protein.Importance.Count + 0.5, -0.6, rules.Length - 0.4);
        plot.Layout.Fixed(new PixelPadding(LeftOf(protein), 24, 30, 4));
        return new Panel(plot, 34 + (24 * rules.Length));
    }

    private static Plot DrawWindow(ExplainedProtein protein, (int From, int To) window)
    {
        Plot plot = Style.Make($"Residues {window.From + 1} to {window.To}", "position (residues)", $"importance ({Unit(protein.Method)})");
        double[] values = [.. protein.Importance.Take(window.To).Skip(window.From)];
        plot.Add.Bars(values.Select((value, place) => MakeBar(window.From + place + 1, value, 0.8)).ToArray());
        Limit(plot, values, (window.From + 0.3, window.To + 0.7));
        AxisLimits limits = plot.Axes.GetLimits();
        double room = 0.09 * (limits.Top - limits.Bottom);
        for (int i = 0; i < values.Length; i++)
        {
            Text letter = plot.Add.Text(protein.Sequence.Substring(window.From + i, 1), window.From + i + 1, Math.Max(values[i], 0) + (0.1 * room));
            letter.LabelAlignment = Alignment.LowerCenter;
            letter.LabelFontSize = 13;
            letter.LabelBold = true;
        }

        plot.Axes.SetLimitsY(limits.Bottom, limits.Top + room);
        plot.Layout.Fixed(new PixelPadding(LeftOf(protein), 24, 52, 40));
        return plot;
    }

    private static Bar MakeBar(double position, double value, double size) =>
        new() { Position = position, Value = value, Size = size, FillColor = value < 0 ? Style.Second : Style.Main, LineWidth = 0 };

    private static void Limit(Plot plot, IReadOnlyList<double> values, (double From, double To) x)
    {
        double least = Math.Min(0, values.Min()), most = Math.Max(0, values.Max()), room = Math.Max(1e-9, 0.06 * (most - least));
        plot.Axes.SetLimits(x.From, x.To, least < 0 ? least - room : 0, most + room);
    }

    // Room for the numbers, and for the names of rules.
    private static int LeftOf(ExplainedProtein protein) => protein.Motifs.Count == 0 ? 96 : 210;

    private static string Unit(string method) => method == Attention ? "share" : "log-odds";
}
