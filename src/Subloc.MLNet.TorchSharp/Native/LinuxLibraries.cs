using System.Runtime.InteropServices;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>The C and C++ libraries that this Linux process runs on.</summary>
/// <param name="LibcVersion">Version of glibc; null for another C library.</param>
/// <param name="StandardLibraryPath">The libstdc++ that the loader uses; null when there is none.</param>
/// <param name="StandardLibraryVersions">The versions that libstdc++ provides.</param>
internal sealed record LinuxLibraries(
    Version? LibcVersion, string? StandardLibraryPath, IReadOnlySet<string> StandardLibraryVersions)
{
    private const string StandardLibrary = "libstdc++.so.6";
    private const string MapsFile = "/proc/self/maps";
    private const string VersionPrefix = "GLIBCXX_";

    /// <summary>The highest GLIBCXX version, such as <c>3.4.30</c>; null when there is no libstdc++.</summary>
    public Version? HighestStandardLibraryVersion => StandardLibraryVersions
        .Select(name => name.StartsWith(VersionPrefix, StringComparison.Ordinal) && Version.TryParse(name[VersionPrefix.Length..], out var version) ? version : null)
        .Max();

    /// <summary>Asks the running process.</summary>
    public static LinuxLibraries Read()
    {
        string? path = null;
        IReadOnlySet<string> versions = new HashSet<string>();
        if (NativeLibrary.TryLoad(StandardLibrary, out _) && FindMapped(StandardLibrary) is { } mapped)
        {
            path = mapped;
            using var file = File.OpenRead(mapped);
            versions = ElfImage.Read(file).ReadVersionDefinitions();
        }

        return new(ReadLibcVersion(), path, versions);
    }

    /// <summary>The file that a loaded library was read from; null when none of that name is loaded.</summary>
    /// <param name="name">The file name, or how it starts.</param>
    public static string? FindMapped(string name)
    {
        foreach (var line in File.Exists(MapsFile) ? File.ReadLines(MapsFile) : [])
        {
            var start = line.IndexOf('/', StringComparison.Ordinal);
            if (start >= 0 && Path.GetFileName(line.AsSpan(start)).StartsWith(name, StringComparison.Ordinal))
                return line[start..];
        }

        return null;
    }

    private static Version? ReadLibcVersion()
    {
        try
        {
            return Version.TryParse(Marshal.PtrToStringUTF8(GetLibcVersion()), out var version) ? version : null;
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    [DllImport("libc.so.6", EntryPoint = "gnu_get_libc_version")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr GetLibcVersion();
}
