namespace Subloc.Examples.Tests;

[Collection("Processor")]
public sealed class NotebookTests
{
    public static TheoryData<string> Notebooks =>
        [.. Directory.GetFiles(Repository.PathOf("examples", "notebooks"), "*.ipynb").Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task Cells_RunInOrder_ShowWhatIsStored(string name)
    {
        var notebook = new Notebook(Repository.PathOf("examples", "notebooks", name));
        Assert.Equal(".net-csharp", notebook.Kernel);

        IReadOnlyList<CellOutput> outputs = await NotebookRunner.RunAsync(notebook);

        if (Environment.GetEnvironmentVariable("SUBLOC_WRITE_NOTEBOOKS") is { Length: > 0 })
            notebook.Write(outputs);

        Assert.Equal(notebook.CodeCells.Count, outputs.Count);
        Assert.All(notebook.CodeCells.Zip(outputs), pair =>
        {
            var (cell, output) = pair;
            Assert.Equal(Shows(Notebook.SourceOf(cell)), output.Text.Length > 0 || output.Value is not null);
            Assert.Equal(Numbers.Mask(Notebook.OutputOf(cell)), Numbers.Mask($"{output.Text}{output.Value}"));
        });
    }

    // A cell shows its last expression, which has no semicolon, and what it writes.
    private static bool Shows(string source)
    {
        string end = source.TrimEnd();
        return source.Contains("Console.Write", StringComparison.Ordinal) || source.Contains("display(", StringComparison.Ordinal)
            || !(end.EndsWith(';') || end.EndsWith('}') || end.EndsWith('"') && end[(end.LastIndexOf('\n') + 1)..].StartsWith("#r", StringComparison.Ordinal));
    }
}
