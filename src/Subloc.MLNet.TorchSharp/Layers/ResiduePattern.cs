using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Which residues may stand at the places of a pattern of fixed width.</summary>
/// <param name="Text">The pattern as it is written.</param>
/// <param name="End">Where it must stand.</param>
/// <param name="Places">For each place the residues that may stand there; null for any residue, or none beyond the protein's ends.</param>
internal sealed record ResiduePattern(string Text, PatternEnd End, IReadOnlyList<string?> Places)
{
    /// <summary>Places from the first to the last, any-residue places included.</summary>
    public int Width => Places.Count;

    /// <summary>Places that not every residue fits.</summary>
    public int Demands => Places.Count(place => place is not null);

    /// <summary>Reads a pattern: a letter, <c>.</c> for any residue, <c>[KR]</c>, <c>[^DE]</c>, each perhaps with <c>{count}</c>; <c>^</c> first for the beginning of the protein, <c>$</c> last for its end.</summary>
    /// <param name="text">The pattern.</param>
    /// <exception cref="FormatException">It is something else.</exception>
    public static ResiduePattern Parse(string text)
    {
        PatternEnd end = text.StartsWith('^') ? PatternEnd.First : text.EndsWith('$') ? PatternEnd.Last : PatternEnd.Neither;
        ReadOnlySpan<char> rest = text.AsSpan().Trim("^$");
        var places = new List<string?>();
        while (!rest.IsEmpty)
        {
            string? place = Place(ref rest, text);
            places.AddRange(Enumerable.Repeat(place, Count(ref rest)));
        }

        return new ResiduePattern(text, end, places);
    }

    /// <summary>Writes 1 for each residue that fits: row-major [20, width], the pattern's first place first.</summary>
    /// <param name="width">Places of a row; at least the pattern's.</param>
    /// <param name="kernel">Receives the ones; zero before.</param>
    public void Fill(int width, Span<float> kernel) => Fill(width, kernel, place => place);

    /// <summary>Writes 1 for each residue that fits: row-major [20, width], the pattern's last place first.</summary>
    /// <param name="width">Places of a row; at least the pattern's.</param>
    /// <param name="kernel">Receives the ones; zero before.</param>
    public void FillBackwards(int width, Span<float> kernel) => Fill(width, kernel, place => Width - 1 - place);

    private void Fill(int width, Span<float> kernel, Func<int, int> column)
    {
        for (int place = 0; place < Width; place++)
        {
            foreach (char residue in Places[place] ?? "")
                kernel[(Alphabet.Residues.IndexOf(residue) * width) + column(place)] = 1;
        }
    }

    private static string? Place(ref ReadOnlySpan<char> rest, string text)
    {
        char first = rest[0];
        int length = first == '[' ? rest.IndexOf(']') + 1 : 1;
        string inside = first == '[' ? rest[1..(length - 1)].ToString() : first.ToString();
        rest = rest[length..];
        if (inside == ".")
            return null;

        string fitting = inside.StartsWith('^') ? string.Concat(Alphabet.Residues.Where(residue => !inside.Contains(residue))) : inside;
        return fitting.All(Alphabet.Residues.Contains) ? fitting : throw new FormatException($"'{text}' is not a pattern of residues.");
    }

    private static int Count(ref ReadOnlySpan<char> rest)
    {
        if (rest is not ['{', ..])
            return 1;

        int close = rest.IndexOf('}');
        int count = int.Parse(rest[1..close], System.Globalization.CultureInfo.InvariantCulture);
        rest = rest[(close + 1)..];
        return count;
    }
}
