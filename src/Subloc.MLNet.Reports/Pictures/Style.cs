using System.Globalization;
using ScottPlot;

namespace Subloc.MLNet.Reports.Pictures;

/// <summary>Colours, fonts and labels that all pictures share.</summary>
/// <remarks>
/// Colours of lines are those of Okabe and Ito, which people who see fewer colours tell apart too; yellow, too pale on white, is left
/// out. Areas are viridis, turned around, so that more is darker.
/// </remarks>
internal static class Style
{
    /// <summary>How far text is moved down, in units, to stand in the middle of its line: ScottPlot counts the room below letters too.</summary>
    public const float Drop = 2.5f;

    private const int LongestLabel = 26;

    private static readonly Color[] _colors =
    [
        Color.FromHex("#0072B2"), Color.FromHex("#D55E00"), Color.FromHex("#009E73"), Color.FromHex("#CC79A7"),
        Color.FromHex("#E69F00"), Color.FromHex("#56B4E9"), Color.FromHex("#000000"),
    ];

    private static readonly LinePattern[] _patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted];

    private static readonly string[] _fonts = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Arial", "Segoe UI", "Helvetica", "Roboto"];

    private static readonly Lazy<string> _font = new(FindFont);

    private static readonly ScottPlot.Colormaps.Viridis _viridis = new();

    /// <summary>Helping lines, and text that may step back.</summary>
    public static Color Grey { get; } = Color.FromHex("#6b6b6b");

    /// <summary>Colour of the first, or only, thing shown.</summary>
    public static Color Main => _colors[0];

    /// <summary>Colour of what is set against it.</summary>
    public static Color Second => _colors[1];

    /// <summary>Colour of a line.</summary>
    public static Color ColorOf(int index) => _colors[index % _colors.Length];

    /// <summary>Pattern of a line; another one when the colours come round again.</summary>
    public static LinePattern PatternOf(int index) => _patterns[index / _colors.Length % _patterns.Length];

    /// <summary>Colour of an area: white for nothing, the darker the more.</summary>
    /// <param name="share">0 to 1.</param>
    public static Color Shade(double share) => share <= 0 ? Colors.White : _viridis.GetColor(1 - Math.Min(share, 1));

    /// <summary>Black or white, whichever is read on a shade.</summary>
    public static Color TextOn(double share) => share > 0.45 ? Colors.White : Colors.Black;

    /// <summary>An empty plot.</summary>
    public static Plot Make(string title, string x, string y)
    {
        var plot = new Plot();
        plot.Title(title, 17);
        plot.XLabel(x, 14);
        plot.YLabel(y, 14);
        plot.Axes.Bottom.Label.Bold = plot.Axes.Left.Label.Bold = false;
        plot.Axes.Bottom.TickLabelStyle.FontSize = plot.Axes.Left.TickLabelStyle.FontSize = 13;
        plot.Axes.Right.FrameLineStyle.Width = plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Right.MinimumSize = 24;
        plot.Grid.MajorLineColor = Color.FromHex("#e4e4e4");
        plot.Axes.Left.TickLabelStyle.OffsetY = Drop;
        plot.Legend.FontSize = 13;
        plot.Legend.SymbolWidth = 34;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        return plot;
    }

    /// <summary>Writes everything in a plot in the same font.</summary>
    public static void SetFont(Plot plot)
    {
        plot.Font.Set(_font.Value);
        plot.Legend.FontName = _font.Value;
        foreach (ScottPlot.Plottables.Text text in plot.GetPlottables<ScottPlot.Plottables.Text>())
            text.LabelFontName = _font.Value;
    }

    /// <summary>Sets axes from 0 to 1, a little beyond on both sides.</summary>
    public static void LimitToShares(Plot plot)
    {
        double[] ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
        string[] labels = [.. ticks.Select(tick => Text(tick, "0.0"))];
        plot.Axes.SetLimits(-0.01, 1.01, -0.01, 1.02);
        plot.Axes.Bottom.SetTicks(ticks, labels);
        plot.Axes.Left.SetTicks(ticks, labels);
    }

    /// <summary>Text from a file as a label: of bounded length, without characters that cannot be drawn or stored in SVG.</summary>
    public static string Label(string text)
    {
        var kept = new System.Text.StringBuilder();
        foreach (System.Text.Rune rune in text.EnumerateRunes())
            kept.Append(System.Text.Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF ? System.Text.Rune.ReplacementChar : rune);
        if (kept.Length <= LongestLabel)
            return kept.ToString();

        int end = LongestLabel - 1;
        return kept.ToString(0, char.IsHighSurrogate(kept[end - 1]) ? end - 1 : end) + "…";
    }

    /// <summary>Room that the longest of some labels takes, in units.</summary>
    public static float WidthOf(IEnumerable<string> labels) => 7.4f * labels.Max(label => label.Length);

    // ScottPlot's own choice may be a serif font where none of the usual ones is there.
    private static string FindFont()
    {
        var installed = SkiaSharp.SKFontManager.Default.FontFamilies.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return _fonts.FirstOrDefault(installed.Contains) ?? Fonts.Default;
    }

    /// <summary>A number, the same in every country.</summary>
    public static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
