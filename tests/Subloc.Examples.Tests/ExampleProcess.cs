using System.Diagnostics;

namespace Subloc.Examples.Tests;

/// <summary>Runs dotnet, examples and installed programs as a user does.</summary>
internal static class ExampleProcess
{
#if DEBUG
    public const string Configuration = "Debug";
#else
    public const string Configuration = "Release";
#endif

    public static Task<(int ExitCode, string Output)> RunAsync(string example, params string[] args) =>
        DotnetAsync(["run", "-c", Configuration, "--disable-build-servers", example, .. args]);

    /// <summary>Publishes a file-based example for this system, without .NET itself.</summary>
    public static Task<(int ExitCode, string Output)> PublishAsync(string example, string folder) =>
        DotnetAsync(["publish", example, "-c", Configuration, "--disable-build-servers", "--no-self-contained", "--use-current-runtime", "-o", folder]);

    /// <summary>Starts a published example.</summary>
    public static Task<(int ExitCode, string Output)> StartAsync(string application, params string[] args) => DotnetAsync([application, .. args]);

    /// <summary>Runs dotnet in the checkout.</summary>
    public static Task<(int ExitCode, string Output)> DotnetAsync(params string[] args) => StartAsync("dotnet", args, Repository.Root);

    /// <summary>Runs a program.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="folder">The folder to run it in.</param>
    /// <param name="environment">Environment variables besides those of the tests.</param>
    public static async Task<(int ExitCode, string Output)> StartAsync(
        string program, string[] args, string folder, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the build that runs these tests tells its children is not meant for another build.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, (output + await errors).Trim());
    }
}
