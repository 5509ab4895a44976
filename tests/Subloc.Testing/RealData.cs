namespace Subloc.Testing;

/// <summary>Real protein sets used in development; they are not part of the repository.</summary>
/// <remarks>
/// The folder is named by the environment variable <c>SUBLOC_DATA</c>, or found as <c>shared/data</c> beside the repository.
/// </remarks>
public static class RealData
{
    /// <summary>Folder that holds the real sets, or null where there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>Full path of one file in the folder.</summary>
    public static string PathOf(params string[] parts) =>
        Path.Combine([Folder ?? throw new InvalidOperationException("The real data is absent; mark the test with RealDataFact."), .. parts]);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("SUBLOC_DATA") is { Length: > 0 } named)
            return Directory.Exists(named) ? named : null;

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}
