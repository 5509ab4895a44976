namespace Subloc.MLNet.Data;

/// <summary>Identifier and compartments of a FASTA header.</summary>
/// <param name="Id">Accession, or the first word.</param>
/// <param name="Label">Compartments joined by <c>|</c>; empty where the header names none.</param>
/// <remarks>
/// UniProt headers read <c>sp|P12345|NAME_HUMAN Description</c>; those of the DeepLoc 1 set read <c>P12345 Cell.membrane-M</c>,
/// where the last letter tells membrane, soluble or unknown, with a second word <c>test</c> on the test set.
/// </remarks>
internal readonly record struct FastaHeader(string Id, string Label)
{
    /// <summary>Reads the text that follows the <c>&gt;</c>.</summary>
    public static FastaHeader Parse(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        int end = text.IndexOfAny(' ', '\t');
        return end < 0
            ? new FastaHeader(IdOf(text), "")
            : new FastaHeader(IdOf(text[..end]), LabelOf(text[end..].Trim()));
    }

    private static string IdOf(ReadOnlySpan<char> word)
    {
        if (word.StartsWith("sp|", StringComparison.OrdinalIgnoreCase) || word.StartsWith("tr|", StringComparison.OrdinalIgnoreCase))
        {
            word = word[3..];
            int end = word.IndexOf('|');
            return (end < 0 ? word : word[..end]).ToString();
        }

        return word.ToString();
    }

    private static string LabelOf(ReadOnlySpan<char> description)
    {
        int end = description.IndexOfAny(' ', '\t');
        if (end >= 0 && !description[end..].Trim().Equals("test", StringComparison.OrdinalIgnoreCase))
            return "";

        ReadOnlySpan<char> word = end < 0 ? description : description[..end];
        if (word.Length < 3 || word[^2] != '-' || word[^1] is not ('M' or 'S' or 'U'))
            return "";

        string[] compartments = word[..^2].ToString().Split('-');
        return compartments.All(IsCompartment) ? string.Join('|', compartments).Replace('.', ' ') : "";
    }

    private static bool IsCompartment(string name) =>
        name.Length > 0 && char.IsAsciiLetterUpper(name[0]) && name.All(c => char.IsAsciiLetter(c) || c is '.' or '/');
}
