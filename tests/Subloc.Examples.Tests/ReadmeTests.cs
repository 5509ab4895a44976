namespace Subloc.Examples.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void FirstProgram_IsTheQuickstart()
    {
        string readme = Read("README.md");
        string quickstart = Between(Read("examples", "quickstart.cs"), "#region start\n", "#endregion");

        Assert.Equal(quickstart, Between(readme, "```csharp\n", "```"));
    }

    private static string Read(params string[] parts) => File.ReadAllText(Repository.PathOf(parts)).ReplaceLineEndings("\n");

    private static string Between(string text, string start, string end)
    {
        int from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }
}
