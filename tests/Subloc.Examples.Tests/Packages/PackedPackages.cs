using System.IO.Compression;
using System.Xml.Linq;

namespace Subloc.Examples.Tests.Packages;

/// <summary>The packages of the libraries and the tool, packed into a folder of their own, and the tool installed from there.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("subloc-packages-");

    /// <summary>All that is packed: every project of the folder src.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetDirectories(Repository.PathOf("src")).Select(path => Path.GetFileName(path)).Order()];

    /// <summary>The version of all of them.</summary>
    public static string Version { get; } = Property("Directory.Build.props", "Version");

    /// <summary>The version of libtorch that they were built for.</summary>
    public static string LibTorchVersion { get; } = Property("Directory.Packages.props", "LibTorchVersion");

    /// <summary>The variable that overrules the cache of NuGet's configuration, pointed to the one of its own.</summary>
    public (string Name, string Value) Isolation => ("NUGET_PACKAGES", Cache);

    /// <summary>Where the packages lie.</summary>
    public string Source => Path.Combine(_folder.FullName, "source");

    /// <summary>
    /// An empty folder in which NuGet knows the packages and the usual cache, no other source, and extracts packages into a cache of its own.
    /// </summary>
    public string Elsewhere => Path.Combine(_folder.FullName, "elsewhere");

    /// <summary>Where NuGet extracts what is restored <see cref="Elsewhere"/> and is not in the usual cache.</summary>
    public string Cache => Path.Combine(_folder.FullName, "cache");

    /// <summary>The installed tool.</summary>
    public string Tool => Path.Combine(_folder.FullName, "tools", "subloc");

    public async Task InitializeAsync()
    {
        await PackAsync();
        Configure();
        var (exitCode, output) = await ExampleProcess.StartAsync(
            "dotnet", ["tool", "install", "Subloc.Cli", "--version", Version, "--tool-path", Path.GetDirectoryName(Tool)!], Elsewhere, Isolation);
        Assert.True(exitCode == 0, output);
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    public ZipArchive Open(string name, string extension = "nupkg") => ZipFile.OpenRead(Path.Combine(Source, $"{name}.{Version}.{extension}"));

    private async Task PackAsync()
    {
        foreach (string project in Names)
        {
            var (exitCode, output) = await ExampleProcess.DotnetAsync(
                "pack", Path.Combine("src", project), "-c", ExampleProcess.Configuration, "--no-build", "--disable-build-servers", "-o", Source);
            Assert.True(exitCode == 0, output);
        }
    }

    private void Configure()
    {
        string usual = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Directory.CreateDirectory(Elsewhere);
        File.WriteAllText(Path.Combine(Elsewhere, "nuget.config"),
            $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="{Source}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="usual" value="{usual}" /></fallbackPackageFolders>
            </configuration>
            """);
    }

    private static string Property(string file, string name) =>
        XDocument.Load(Repository.PathOf(file)).Descendants(name).First().Value;
}
