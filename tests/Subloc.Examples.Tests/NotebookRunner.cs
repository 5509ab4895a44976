using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.DotNet.Interactive.Formatting;

namespace Subloc.Examples.Tests;

/// <summary>Runs the code cells of a notebook in order, as the C# kernel of .NET Interactive does, against the local build.</summary>
internal sealed class NotebookRunner : IDisposable
{
    // The namespaces that the kernel opens by itself.
    private static readonly ScriptOptions _options = ScriptOptions.Default
        .WithReferences(((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator))
        .WithImports("System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Text", "System.Threading.Tasks");

    private readonly StringWriter _written = new() { NewLine = "\n" };
    private readonly List<CellOutput> _outputs = [];

    private NotebookRunner()
    {
    }

    /// <summary>Runs all cells, in the notebook's folder.</summary>
    /// <returns>What each of them gave.</returns>
    public static async Task<IReadOnlyList<IReadOnlyList<CellOutput>>> RunAsync(Notebook notebook)
    {
        (TextWriter console, string folder) = (Console.Out, Environment.CurrentDirectory);
        using var runner = new NotebookRunner();
        Console.SetOut(runner._written);
        Environment.CurrentDirectory = notebook.Folder;
        try
        {
            return await runner.RunCellsAsync(notebook);
        }
        finally
        {
            Environment.CurrentDirectory = folder;
            Console.SetOut(console);
        }
    }

    public void Dispose() => _written.Dispose();

    private async Task<IReadOnlyList<IReadOnlyList<CellOutput>>> RunCellsAsync(Notebook notebook)
    {
        var all = new List<IReadOnlyList<CellOutput>>();
        ScriptState<object>? state = null;
        foreach (JsonObject cell in notebook.CodeCells)
        {
            string code = UseLocalBuild(Notebook.SourceOf(cell));
            state = state is null
                ? await CSharpScript.RunAsync(code, _options, new NotebookGlobals(value => Show("display_data", value)))
                : await state.ContinueWithAsync(code, _options);
            if (state.ReturnValue is { } value)
                Show("execute_result", value);
            TakeWritten();
            all.Add([.. _outputs]);
            _outputs.Clear();
        }

        return all;
    }

    // As the kernel does: in the format that the value's type prefers.
    private void Show(string kind, object? value)
    {
        TakeWritten();
        string mimeType = Formatter.GetPreferredMimeTypesFor(value?.GetType()).First();
        _outputs.Add(new CellOutput(kind, mimeType, value.ToDisplayString(mimeType).ReplaceLineEndings("\n")));
    }

    private void TakeWritten()
    {
        if (_written.GetStringBuilder().Length > 0)
            _outputs.Add(new CellOutput("stream", "text/plain", _written.ToString()));
        _written.GetStringBuilder().Clear();
    }

    // The packages that a reader installs are the projects that the tests refer to.
    private static string UseLocalBuild(string code) => string.Join(
        '\n', code.Split('\n').Where(line => !line.StartsWith("#r \"nuget:", StringComparison.Ordinal)));
}
