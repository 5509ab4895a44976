using System.Diagnostics;
using Subloc.MLNet.TorchSharp.Tests.Native;
using Subloc.MLNet.TorchSharp.Tests.Persistence;

namespace Subloc.MLNet.TorchSharp.Tests;

/// <summary>What the test assembly does when it is started as a program.</summary>
internal static class TestProgram
{
    public static int Main(string[] arguments) => arguments switch
    {
        ["score", string model, string data, string output] => ScoringProcess.Score(model, data, output),
        _ => LibTorchProcess.Check(),
    };

    /// <summary>Starts the test assembly as a program.</summary>
    /// <returns>Its exit code and its output.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(TestProgram).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (!Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            start.FileName = "dotnet";

        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, (output + await errors).Trim());
    }
}
