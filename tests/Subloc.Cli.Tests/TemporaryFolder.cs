namespace Subloc.Cli.Tests;

/// <summary>A folder that vanishes after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        FullName = Directory.CreateTempSubdirectory("subloc-cli-").FullName;
    }

    public string FullName { get; }

    public string At(string name) => Path.Combine(FullName, name);

    /// <summary>Writes a file and gives its path.</summary>
    public string Write(string name, string content)
    {
        File.WriteAllText(At(name), content);
        return At(name);
    }

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
