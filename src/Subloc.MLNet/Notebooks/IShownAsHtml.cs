namespace Subloc.MLNet.Notebooks;

/// <summary>Something that a notebook shows as HTML.</summary>
/// <remarks>Its type carries <c>[TypeFormatterSource(typeof(HtmlFormats))]</c> as well.</remarks>
internal interface IShownAsHtml
{
    /// <summary>A fragment of HTML without script, whatever the texts of the user are.</summary>
    string ToHtml();
}
