using System.Globalization;

namespace Subloc.MLNet.Notebooks;

/// <summary>A cell of a table.</summary>
/// <param name="Text">What it says; any characters.</param>
/// <param name="IsNumber">Whether it stands at the right.</param>
/// <param name="Shade">Strength of its background: blue up to 1, orange down to -1, none at 0.</param>
internal readonly record struct HtmlCell(string Text, bool IsNumber = false, double Shade = 0)
{
    public static implicit operator HtmlCell(string text) => new(text);

    public static implicit operator HtmlCell(int number) => new(number.ToString(CultureInfo.InvariantCulture), IsNumber: true);

    /// <summary>A number with three decimals; a dash where there is none.</summary>
    public static implicit operator HtmlCell(double? number) =>
        new(number is { } value && !double.IsNaN(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "-", IsNumber: true);

    public string ToHtml(string element)
    {
        // Colours that the colour-blind tell apart, thin enough for black and for white letters.
        string background = Shade == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture, $"background:rgba({(Shade > 0 ? "0,114,178" : "213,94,0")},{Math.Abs(Shade) * 0.6:0.00});");
        return $"<{element} style=\"{background}text-align:{(IsNumber ? "right" : "left")};padding:2px 8px\">{HtmlFragment.Escape(Text)}</{element}>";
    }
}
