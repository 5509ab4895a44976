using System.Diagnostics;

namespace Subloc.Examples.Tests;

/// <summary>Runs a file-based example as a user does.</summary>
internal static class ExampleProcess
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    public static Task<(int ExitCode, string Output)> RunAsync(string example, params string[] args) =>
        DotnetAsync(["run", "-c", Configuration, "--disable-build-servers", example, .. args]);

    /// <summary>Publishes a file-based example for this system, without .NET itself.</summary>
    public static Task<(int ExitCode, string Output)> PublishAsync(string example, string folder) =>
        DotnetAsync(["publish", example, "-c", Configuration, "--disable-build-servers", "--no-self-contained", "--use-current-runtime", "-o", folder]);

    /// <summary>Starts a published example.</summary>
    public static Task<(int ExitCode, string Output)> StartAsync(string application, params string[] args) => DotnetAsync([application, .. args]);

    private static async Task<(int ExitCode, string Output)> DotnetAsync(string[] args)
    {
        var start = new ProcessStartInfo("dotnet", args)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the build that runs these tests tells its children is not meant for another build.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);

        using var process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, (output + await errors).Trim());
    }
}
