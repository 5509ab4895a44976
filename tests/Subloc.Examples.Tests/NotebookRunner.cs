using System.Collections;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace Subloc.Examples.Tests;

/// <summary>Runs the code cells of a notebook in order, as the C# kernel of .NET Interactive does, against the local build.</summary>
internal static class NotebookRunner
{
    // The namespaces that the kernel opens by itself.
    private static readonly ScriptOptions _options = ScriptOptions.Default
        .WithReferences(((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator))
        .WithImports("System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Text", "System.Threading.Tasks");

    public static async Task<IReadOnlyList<CellOutput>> RunAsync(Notebook notebook)
    {
        TextWriter console = Console.Out;
        using var written = new StringWriter { NewLine = "\n" };
        var outputs = new List<CellOutput>();
        ScriptState<object>? state = null;
        Console.SetOut(written);
        try
        {
            foreach (JsonObject cell in notebook.CodeCells)
            {
                written.GetStringBuilder().Clear();
                string code = UseLocalBuild(Notebook.SourceOf(cell));
                state = state is null
                    ? await CSharpScript.RunAsync(code, _options, new NotebookGlobals(written))
                    : await state.ContinueWithAsync(code, _options);
                outputs.Add(new CellOutput(written.ToString(), state.ReturnValue is { } value ? Format(value) : null));
            }
        }
        finally
        {
            Console.SetOut(console);
        }

        return outputs;
    }

    /// <summary>A value as text, one line for each of its elements.</summary>
    public static string Format(object? value) => value switch
    {
        string text => text,
        IEnumerable elements => string.Join('\n', elements.Cast<object?>()),
        _ => value?.ToString() ?? "null",
    };

    // The packages that a reader installs are the projects that the tests refer to.
    private static string UseLocalBuild(string code) => string.Join(
        '\n', code.Split('\n').Where(line => !line.StartsWith("#r \"nuget:", StringComparison.Ordinal)));
}
