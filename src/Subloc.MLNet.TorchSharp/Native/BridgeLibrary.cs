namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>Decides how TorchSharp's own library can be loaded on a Linux system.</summary>
internal static class BridgeLibrary
{
    private const string StandardLibraryPrefix = "GLIBCXX_";
    private const string AbiPrefix = "CXXABI_";
    private const string LibcPrefix = "GLIBC_";

    /// <summary>Returns the bytes of an adjusted copy, or null where the library itself can be loaded.</summary>
    /// <param name="path">The library, for messages.</param>
    /// <param name="library">Its content.</param>
    /// <param name="system">The system it is to run on.</param>
    /// <exception cref="LibTorchException">The system is too old for either.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static byte[]? Adjust(string path, byte[] library, LinuxLibraries system)
    {
        var needs = ElfImage.Read(new MemoryStream(library, writable: false)).VersionNeeds;
        RequireLibc(path, needs, system);
        var missing = MissingFrom(needs, system);
        if (missing.Count == 0)
            return null;

        missing.Remove(StreamInitPatch.NewVersion);
        return missing.Count == 0 && system.StandardLibraryVersions.Contains(StreamInitPatch.OldVersion)
            ? StreamInitPatch.Apply(library)
            : throw new LibTorchException(
                $"{path} needs libstdc++ with {StreamInitPatch.OldVersion} (GCC 12) or newer, but {system.StandardLibraryPath ?? "this system"} "
                + $"{(system.HighestStandardLibraryVersion is { } highest ? $"stops at {StandardLibraryPrefix}{highest}" : "has none")}"
                + $"{(missing.Count > 0 ? $" and lacks {string.Join(", ", missing)}" : "")}; use a newer system, such as Debian 12, Ubuntu 22.04 "
                + "or RHEL 10, or a container image of one.");
    }

    private static void RequireLibc(string path, IReadOnlyList<ElfVersionNeed> needs, LinuxLibraries system)
    {
        if (system.LibcVersion is null)
            throw new LibTorchException($"{path} needs glibc, which this system does not use; run on a glibc system such as Debian or Ubuntu instead of Alpine.");

        var needed = needs.Where(need => need.Name.StartsWith(LibcPrefix, StringComparison.Ordinal))
            .Select(need => Version.TryParse(need.Name[LibcPrefix.Length..], out var version) ? version : null)
            .Max();
        if (needed > system.LibcVersion)
        {
            throw new LibTorchException($"{path} needs glibc {needed} or newer, but this system has {system.LibcVersion}; "
                + "use a newer system, such as Debian 12, Ubuntu 22.04 or RHEL 10, or a container image of one.");
        }
    }

    private static HashSet<string> MissingFrom(IReadOnlyList<ElfVersionNeed> needs, LinuxLibraries system) =>
    [
        .. needs.Select(need => need.Name)
            .Where(name => name.StartsWith(StandardLibraryPrefix, StringComparison.Ordinal) || name.StartsWith(AbiPrefix, StringComparison.Ordinal))
            .Where(name => !system.StandardLibraryVersions.Contains(name)),
    ];
}
