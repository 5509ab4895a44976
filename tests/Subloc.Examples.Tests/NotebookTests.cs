using System.Text.RegularExpressions;

namespace Subloc.Examples.Tests;

[Collection("Processor")]
public sealed partial class NotebookTests
{
    public static TheoryData<string> Notebooks =>
        [.. Directory.GetFiles(Repository.PathOf("examples", "notebooks"), "*.ipynb").Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task Cells_RunInOrder_ShowWhatIsStored(string name)
    {
        var notebook = new Notebook(Repository.PathOf("examples", "notebooks", name));
        Assert.Equal(".net-csharp", notebook.Kernel);

        IReadOnlyList<IReadOnlyList<CellOutput>> outputs = await NotebookRunner.RunAsync(notebook);

        if (Environment.GetEnvironmentVariable("SUBLOC_WRITE_NOTEBOOKS") is { Length: > 0 })
            notebook.Write(outputs);

        Assert.Equal(notebook.CodeCells.Count, outputs.Count);
        Assert.All(notebook.CodeCells.Zip(outputs), pair =>
        {
            var (cell, given) = pair;
            Assert.Equal(Shows(Notebook.SourceOf(cell)), given.Count > 0);
            Assert.Equal(Notebook.OutputsOf(cell).Select(Outline), given.Select(Outline));
        });
    }

    // What stays when numbers, or the model that the library ships, change: kind and format of an output, and the heads of its tables.
    private static string Outline(CellOutput output) =>
        $"{output.Kind} {output.MimeType} {string.Join('|', TableHead().Matches(output.Text).Select(match => match.Groups[1].Value))}";

    [GeneratedRegex("<th[^>]*>([^<]*)</th>")]
    private static partial Regex TableHead();

    // A cell shows its last expression, which has no semicolon, and what it writes.
    private static bool Shows(string source)
    {
        string end = source.TrimEnd();
        return source.Contains("Console.Write", StringComparison.Ordinal) || source.Contains("display(", StringComparison.Ordinal)
            || !(end.EndsWith(';') || end.EndsWith('}') || end.EndsWith('"') && end[(end.LastIndexOf('\n') + 1)..].StartsWith("#r", StringComparison.Ordinal));
    }
}
