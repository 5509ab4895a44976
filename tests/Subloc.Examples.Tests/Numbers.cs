using System.Text.RegularExpressions;

namespace Subloc.Examples.Tests;

/// <summary>Numbers in printed results, which differ a little from one processor to the next.</summary>
internal static partial class Numbers
{
    public static string Mask(string text) => Number().Replace(text.ReplaceLineEndings("\n").Trim(), "#");

    public static double[] In(string text) => [.. Number().Matches(text).Select(match => double.Parse(match.Value, null))];

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();
}
