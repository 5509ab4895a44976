namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>What the search for libraries depends on; tests put their own in its place.</summary>
internal sealed record NativeEnvironment
{
    /// <summary>The environment variable that names an existing libtorch.</summary>
    public const string LibTorchVariable = "SUBLOC_LIBTORCH";

    /// <summary>The environment variable that names the folder for adjusted copies.</summary>
    public const string CacheVariable = "SUBLOC_CACHE";

    /// <summary>This process.</summary>
    public static NativeEnvironment Current { get; } = new();

    /// <summary>Reads an environment variable; null or empty when it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The user's home folder; empty when there is none.</summary>
    public string Home { get; init; } = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>The folders in which the application keeps native libraries, the first one first.</summary>
    public IReadOnlyList<string> ApplicationFolders { get; init; } = FindApplicationFolders();

    /// <summary>The names of libtorch's files.</summary>
    public NativeNames Names { get; init; } = NativeNames.Current;

    /// <summary>The platform's folder name in packages.</summary>
    public string Platform { get; init; } = NativeNames.CurrentPlatform;

    /// <summary>Finds the file from which this process has loaded the library of a name; null when it has not, or cannot tell.</summary>
    public Func<string, string?> FindLoaded { get; init; } = name => OperatingSystem.IsLinux() ? LinuxLibraries.FindMapped(name) : null;

    /// <summary>The NuGet package cache; null when neither <c>NUGET_PACKAGES</c> nor a home folder says where it is.</summary>
    public string? PackageCache =>
        Variable("NUGET_PACKAGES") is { Length: > 0 } folder ? folder
        : Home.Length > 0 ? Path.Combine(Home, ".nuget", "packages")
        : null;

    private static string[] FindApplicationFolders()
    {
        // Single-file applications extract native libraries elsewhere; the host lists that folder.
        var listed = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator);
        string[] own = [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", NativeNames.CurrentPlatform, "native")];
        return [.. own.Concat(listed).Where(folder => folder.Length > 0).Select(Path.GetFullPath).Distinct()];
    }
}
