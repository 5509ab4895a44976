using System.Diagnostics;
using Subloc.MLNet.TorchSharp.Native;
using TorchSharp;

namespace Subloc.MLNet.TorchSharp.Tests.Native;

/// <summary>Starts libtorch in a process of its own, so that a test can choose its environment. The test assembly is its program.</summary>
internal static class LibTorchProcess
{
    /// <summary>Prints a sum that torch computed, how libtorch was found and the adjusted copy; or the reason and exit code 1.</summary>
    public static int Main()
    {
        try
        {
            LibTorch.Start();
            var report = LibTorch.Inspect();
            Console.WriteLine($"{torch.ones(3).sum().item<float>()}|{report.LibTorchSource}|{report.AdjustedLibraryPath}");
            return 0;
        }
        catch (LibTorchException exception)
        {
            Console.WriteLine(exception.Message);
            return 1;
        }
    }

    /// <summary>Runs the program.</summary>
    /// <returns>Its exit code and its output.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(LibTorchProcess).Assembly.Location])
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
