using System.Text;

namespace Subloc.MLNet.Reports.Html;

/// <summary>Writes HTML. Text and values of attributes are encoded here, so that nothing in them is read as markup.</summary>
internal sealed class HtmlText
{
    private readonly StringBuilder _text = new();
    private readonly Stack<string> _open = new();

    /// <summary>Opens an element.</summary>
    /// <param name="name">Its name; from this program, never from a file.</param>
    /// <param name="attributes">Its attributes, whose names are from this program too.</param>
    public HtmlText Open(string name, params (string Name, string Value)[] attributes)
    {
        Tag(name, attributes);
        _open.Push(name);
        return this;
    }

    /// <summary>Closes the element that was opened last.</summary>
    public HtmlText Close()
    {
        _text.Append("</").Append(_open.Pop()).Append('>');
        return this;
    }

    /// <summary>An element that has no content.</summary>
    public HtmlText Empty(string name, params (string Name, string Value)[] attributes)
    {
        Tag(name, attributes);
        return this;
    }

    /// <summary>An element with text.</summary>
    public HtmlText Add(string name, string text, params (string Name, string Value)[] attributes) => Open(name, attributes).Text(text).Close();

    /// <summary>Text.</summary>
    public HtmlText Text(string text)
    {
        Encode(text);
        return this;
    }

    /// <summary>What is not encoded: style, script and JSON, which this program has made safe.</summary>
    public HtmlText Raw(string content)
    {
        _text.Append(content);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private void Tag(string name, (string Name, string Value)[] attributes)
    {
        _text.Append('<').Append(name);
        foreach ((string attribute, string value) in attributes)
        {
            _text.Append(' ').Append(attribute).Append("=\"");
            Encode(value);
            _text.Append('"');
        }

        _text.Append('>');
    }

    private void Encode(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '<' => _text.Append("&lt;"),
                '>' => _text.Append("&gt;"),
                '&' => _text.Append("&amp;"),
                '"' => _text.Append("&quot;"),
                '\'' => _text.Append("&#39;"),
                '\n' or '\t' => _text.Append((char)rune.Value),
                _ when Rune.IsControl(rune) => _text.Append('\uFFFD'),
                _ => _text.Append(rune.ToString()),
            };
        }
    }
}
