using System.Text.RegularExpressions;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>
/// Finds libtorch: the folder that <c>SUBLOC_LIBTORCH</c> names, then the application's own folders, then the package cache.
/// </summary>
internal sealed partial class LibTorchLocator(NativeEnvironment environment)
{
    private static readonly string[] _platforms = ["linux-x64", "osx-arm64", "win-arm64", "win-x64"];

    private readonly NativeEnvironment _environment = environment;

    /// <summary>Finds the libraries, without loading them.</summary>
    /// <exception cref="LibTorchException">They are not where they are expected.</exception>
    public LibTorchInstallation Find()
    {
        var bridge = FindBridge();
        if (LoadedFolder() is { } loaded)
            return new(loaded, LibTorchSource.AlreadyLoaded, ReadVersion(loaded), bridge);

        if (_environment.Variable(NativeEnvironment.LibTorchVariable) is { Length: > 0 } named)
        {
            var folder = FindNamed(named);
            return new(folder, LibTorchSource.Variable, ReadVersion(folder), bridge);
        }

        foreach (var folder in _environment.ApplicationFolders)
        {
            if (HoldsLibTorch(folder))
                return new(folder, LibTorchSource.Application, BuildVersions.LibTorch, bridge);
        }

        return PackageFolder(PackageName, BuildVersions.LibTorch) is { } package && HoldsLibTorch(package)
            ? new(package, LibTorchSource.PackageCache, BuildVersions.LibTorch, bridge)
            : throw Missing("libtorch", PackageName, BuildVersions.LibTorch);
    }

    private string PackageName => $"libtorch-cpu-{_environment.Platform}";

    // An application that has loaded a libtorch itself keeps it: a second one in the same process would end it.
    private string? LoadedFolder() => _environment.FindLoaded(_environment.Names.Required[1]) is { } path
        ? Path.GetDirectoryName(path)
        : null;

    private string FindNamed(string named)
    {
        string[] candidates = [named, Path.Combine(named, "lib"), Path.Combine(named, "torch", "lib")];
        return candidates.FirstOrDefault(HoldsLibTorch) is { } found
            ? Path.GetFullPath(found)
            : throw new LibTorchException(
                $"{NativeEnvironment.LibTorchVariable} is '{named}', but neither it nor its lib or torch/lib folder holds "
                + $"{string.Join(", ", _environment.Names.Required)}; name the folder of libtorch {BuildVersions.LibTorch} "
                + "or of a PyTorch installation of that version, or unset the variable.");
    }

    private string FindBridge()
    {
        foreach (var folder in _environment.ApplicationFolders)
        {
            var path = Path.Combine(folder, _environment.Names.Bridge);
            if (File.Exists(path))
                return path;
        }

        if (!_platforms.Contains(_environment.Platform))
        {
            throw new LibTorchException($"TorchSharp {BuildVersions.TorchSharp} has no library for {_environment.Platform}, only for "
                + $"{string.Join(", ", _platforms)}; run on one of those, or score with an exported ONNX model.");
        }

        var package = PackageFolder("torchsharp", BuildVersions.TorchSharp);
        var file = package is null ? null : Path.Combine(package, _environment.Names.Bridge);
        return file is not null && File.Exists(file) ? file : throw Missing(_environment.Names.Bridge, "TorchSharp", BuildVersions.TorchSharp);
    }

    private bool HoldsLibTorch(string folder) => _environment.Names.Required.All(name => File.Exists(Path.Combine(folder, name)));

    private string? PackageFolder(string package, string version) => _environment.PackageCache is { } cache
        ? Path.Combine(cache, package, version, "runtimes", _environment.Platform, "native")
        : null;

    private LibTorchException Missing(string what, string package, string version)
    {
        var cache = _environment.PackageCache ?? "FOLDER";
        var looked = _environment.ApplicationFolders.Take(2)
            .Append(PackageFolder(package.ToLowerInvariant(), version) ?? "the NuGet package cache (none: neither NUGET_PACKAGES nor a home folder is set)");
        return new($"No {what} {version} for {_environment.Platform} was found in {string.Join(", ", looked)}; run "
            + $"'dotnet package download {package}@{version} --output {cache}' once, add the package to the application, or let "
            + $"{NativeEnvironment.LibTorchVariable} name the folder of a libtorch {BuildVersions.LibTorch} or PyTorch installation.");
    }

    // A libtorch archive has a file build-version, a PyTorch installation a version.py; both stand beside lib.
    private static string? ReadVersion(string folder)
    {
        if (Path.GetDirectoryName(folder) is not { } parent)
            return null;

        foreach (var name in (string[])["build-version", "version.py"])
        {
            if (VersionPattern().Match(ReadIfPossible(Path.Combine(parent, name))) is { Success: true } match)
                return match.Groups[1].Value;
        }

        return null;
    }

    private static string ReadIfPossible(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file) : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The version only improves the message; the symbols are checked all the same.
            return "";
        }
    }

    [GeneratedRegex(@"(?:^|__version__\s*=\s*['""])(\d+\.\d+(?:\.\d+)?)(?=[\s'""+a-z]|$)", RegexOptions.CultureInvariant)]
    private static partial Regex VersionPattern();
}
