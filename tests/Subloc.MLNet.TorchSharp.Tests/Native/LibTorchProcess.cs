using Subloc.MLNet.TorchSharp.Native;
using TorchSharp;

namespace Subloc.MLNet.TorchSharp.Tests.Native;

/// <summary>Starts libtorch in a process of its own, so that a test can choose its environment. The test assembly is its program.</summary>
internal static class LibTorchProcess
{
    /// <summary>Prints a sum that torch computed, how libtorch was found and the adjusted copy; or the reason and exit code 1.</summary>
    public static int Check()
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

    /// <summary>Runs the check in an environment.</summary>
    /// <returns>Its exit code and its output.</returns>
    public static Task<(int ExitCode, string Output)> RunAsync(params (string Name, string Value)[] environment) =>
        TestProgram.RunAsync([], environment);
}
