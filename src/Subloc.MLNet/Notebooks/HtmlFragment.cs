using System.Net;
using System.Text;

namespace Subloc.MLNet.Notebooks;

/// <summary>Builds a fragment of HTML that light and dark notebooks show alike.</summary>
internal sealed class HtmlFragment
{
    private readonly StringBuilder _text = new("<div>");

    /// <summary>A text in which nothing is read as HTML.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    public HtmlFragment Paragraph(string text) => Raw($"<p>{Escape(text)}</p>");

    /// <summary>A table below a line that says what it shows.</summary>
    public HtmlFragment Table(string title, IReadOnlyList<HtmlCell> header, IEnumerable<IReadOnlyList<HtmlCell>> rows)
    {
        Paragraph(title).Raw("<table style=\"border-collapse:collapse;font-size:12px\"><thead>");
        Raw($"<tr>{string.Concat(header.Select(cell => cell.ToHtml("th")))}</tr></thead><tbody>");
        foreach (IReadOnlyList<HtmlCell> row in rows)
            Raw($"<tr>{string.Concat(row.Select(cell => cell.ToHtml("td")))}</tr>");
        return Raw("</tbody></table>");
    }

    /// <summary>Adds HTML as it is.</summary>
    public HtmlFragment Raw(string html)
    {
        _text.Append(html).Append('\n');
        return this;
    }

    public override string ToString() => _text + "</div>";
}
