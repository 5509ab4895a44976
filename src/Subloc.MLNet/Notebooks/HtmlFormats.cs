using System.Diagnostics.CodeAnalysis;

namespace Subloc.MLNet.Notebooks;

/// <summary>The formats of <see cref="IShownAsHtml"/>, as .NET Interactive asks for them: by the names of the members.</summary>
[SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "Called on an instance, by name.")]
internal sealed class HtmlFormats
{
    /// <summary>One format for each MIME type.</summary>
    public IEnumerable<object> CreateTypeFormatters() => [new HtmlFormat()];

    private sealed class HtmlFormat
    {
        public string MimeType => "text/html";

        public bool Format(object instance, TextWriter writer)
        {
            if (instance is not IShownAsHtml shown)
                return false;

            writer.Write(shown.ToHtml());
            return true;
        }
    }
}
