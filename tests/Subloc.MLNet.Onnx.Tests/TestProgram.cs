using System.Diagnostics;
using Subloc.MLNet.Onnx.Tests.Embeddings;
using Subloc.MLNet.Onnx.Tests.Scoring;

namespace Subloc.MLNet.Onnx.Tests;

/// <summary>What the test assembly does when it is started as a program.</summary>
internal static class TestProgram
{
    public static int Main(string[] arguments) => arguments switch
    {
        ["embed", string model, string folder, string order] => EmbeddingProcess.Embed(model, folder, order),
        ["load", string pipeline] => EmbeddingProcess.Load(pipeline),
        ["score", string model, string data, string output] => ScoringProcess.Score(model, data, output),
        _ => 2,
    };

    /// <summary>Starts the test assembly as a program.</summary>
    public static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(Host, Arguments(arguments)) { RedirectStandardOutput = true })!;

    /// <summary>Runs the test assembly as a program.</summary>
    /// <returns>Its exit code and its output.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Host, Arguments(arguments)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, (output + await errors).Trim());
    }

    private static string Host => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    private static string[] Arguments(string[] arguments) => ["exec", typeof(TestProgram).Assembly.Location, .. arguments];
}
