using System.Text;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>
/// Tells before loading whether a libtorch fits. A library that is cut short ends the process when it is loaded, and a function that is
/// missing ends it when it is called, so both are looked for first.
/// </summary>
internal static class LibTorchFit
{
    private const int MaximumNameLength = 4096;

    /// <summary>Checks the version of a libtorch that did not come with this library.</summary>
    /// <param name="found">The libraries.</param>
    /// <exception cref="LibTorchException">The libtorch is not the one that TorchSharp was built for.</exception>
    public static void CheckVersion(LibTorchInstallation found)
    {
        if (!IsForeign(found) || !Version.TryParse(found.Version, out var version))
            return;

        var expected = Version.Parse(BuildVersions.LibTorch);
        if (version.Major != expected.Major || version.Minor != expected.Minor)
            throw Misfit(found, $"it is version {found.Version}");
    }

    /// <summary>Checks the files on Linux and, for a libtorch that did not come with this library, its symbols.</summary>
    /// <param name="found">The libraries.</param>
    /// <param name="names">Their names.</param>
    /// <param name="bridge">The content of TorchSharp's own library.</param>
    /// <exception cref="LibTorchException">The libtorch is not the one that TorchSharp was built for.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static void CheckLibraries(LibTorchInstallation found, NativeNames names, byte[] bridge)
    {
        var bridgeImage = ElfImage.Read(new MemoryStream(bridge, writable: false));
        var wanted = IsForeign(found) ? WantedFromLibTorch(bridgeImage) : [];
        foreach (var path in names.LoadOrder(found.Folder).Select(name => Path.Combine(found.Folder, name)))
        {
            var image = Open(path, bridgeImage.Machine, out var file);
            using (file)
                RemoveProvided(wanted, image);
        }

        if (wanted.Count > 0)
            throw Misfit(found, $"it lacks {wanted.Count} functions that TorchSharp {BuildVersions.TorchSharp} calls, such as {wanted.First()}");
    }

    private static ElfImage Open(string path, ushort machine, out FileStream file)
    {
        file = File.OpenRead(path);
        try
        {
            var image = ElfImage.Read(file);
            return image.Machine == machine
                ? image
                : throw new InvalidDataException($"it is built for processor type {image.Machine} instead of {machine}.");
        }
        catch (InvalidDataException exception)
        {
            file.Dispose();
            throw new InvalidDataException($"{path}: {exception.Message} Install it anew.", exception);
        }
    }

    private static bool IsForeign(LibTorchInstallation found) => found.Source is LibTorchSource.Variable or LibTorchSource.AlreadyLoaded;

    // What TorchSharp takes from libtorch carries no version; what it takes from the system does.
    private static HashSet<string> WantedFromLibTorch(ElfImage bridge) =>
    [
        .. bridge.Symbols
            .Where(symbol => symbol is { IsDefined: false, Version: <= 1, NameOffset: > 0 } && symbol.Binding != ElfSymbol.Weak)
            .Select(bridge.NameOf),
    ];

    private static void RemoveProvided(HashSet<string> wanted, ElfImage image)
    {
        if (wanted.Count == 0)
            return;

        var lookup = wanted.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> text = stackalloc char[MaximumNameLength];
        foreach (var symbol in image.Symbols)
        {
            if (!symbol.IsDefined)
                continue;

            var name = image.NameBytesOf(symbol);
            if (name.Length <= text.Length)
                lookup.Remove(text[..Encoding.Latin1.GetChars(name, text)]);
        }
    }

    private static LibTorchException Misfit(LibTorchInstallation found, string reason) => new(
        $"The libtorch in {found.Folder} does not fit: {reason}; let {NativeEnvironment.LibTorchVariable} name a libtorch {BuildVersions.LibTorch} "
        + $"or PyTorch {BuildVersions.LibTorch} installation, or unset the variable.");
}
