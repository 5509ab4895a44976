using System.Buffers.Binary;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>
/// Lets a library built by GCC 13 load beside the libstdc++ of GCC 12. Such a library asks for <c>GLIBCXX_3.4.32</c> because of one
/// symbol, the marker <c>std::ios_base_library_init()</c> that orders the initialisation of iostreams. Older libstdc++ initialises them
/// itself, so in an adjusted copy the call goes to a harmless function without arguments (<c>getpid</c>) and the version is asked for no more.
/// </summary>
internal static class StreamInitPatch
{
    /// <summary>The version that the marker symbol is bound to.</summary>
    public const string NewVersion = "GLIBCXX_3.4.32";

    /// <summary>The version that the adjusted copy asks for at most.</summary>
    public const string OldVersion = "GLIBCXX_3.4.30";

    private const string Marker = "_ZSt21ios_base_library_initv";
    private const ushort Unversioned = 1;

    private static ReadOnlySpan<byte> Replacement => "getpid\0"u8;

    /// <summary>Returns an adjusted copy; a library that does not ask for the new version comes back unchanged.</summary>
    /// <param name="library">The library file.</param>
    /// <exception cref="InvalidDataException">The file is no ELF library, or not in the one situation that is known to be harmless.</exception>
    public static byte[] Apply(byte[] library)
    {
        var image = ElfImage.Read(new MemoryStream(library, writable: false));
        var needs = image.VersionNeeds.Where(need => need.Name == NewVersion).ToArray();
        if (needs.Length == 0)
            return library;

        if (image.Machine is not (ElfImage.MachineX64 or ElfImage.MachineArm64))
            throw Refused($"it is built for processor type {image.Machine}, not x86-64 or arm64");

        if (needs.Length > 1)
            throw Refused($"it asks for {NewVersion} {needs.Length} times");

        var substitute = image.VersionNeeds.FirstOrDefault(need => need.Name == OldVersion && need.Library == needs[0].Library)
            ?? throw Refused($"it does not ask for {OldVersion}");
        var marker = FindMarker(image, needs[0]);
        return Write(library, image, marker, needs[0], substitute);
    }

    private static ElfSymbol FindMarker(ElfImage image, ElfVersionNeed need)
    {
        var bound = image.Symbols.Where(symbol => Versioned(symbol) == need.Index).ToArray();
        if (bound.Length != 1 || bound[0].IsDefined || image.NameOf(bound[0]) != Marker)
            throw Refused($"other symbols than {Marker} are bound to {NewVersion}: {string.Join(", ", bound.Take(3).Select(image.NameOf))}");

        // Names may share their ends in the string table; none other may lie within the bytes that change.
        var marker = bound[0];
        var end = marker.NameOffset + Marker.Length;
        if (image.Symbols.Any(other => other.Index != marker.Index && other.NameOffset >= marker.NameOffset && other.NameOffset <= end))
            throw Refused($"another symbol's name is stored within {Marker}");

        if (marker.NameOffset == 0 || image.NameByte(marker.NameOffset - 1) != 0)
            throw Refused($"{Marker} is stored within a longer name");

        return image.VersionNeeds.Any(other => other.NameOffset >= marker.NameOffset && other.NameOffset <= end)
            ? throw Refused($"a version's name is stored within {Marker}")
            : marker;
    }

    // The highest bit says that a version is hidden.
    private static int Versioned(ElfSymbol symbol) => symbol.Version & 0x7fff;

    private static byte[] Write(byte[] library, ElfImage image, ElfSymbol marker, ElfVersionNeed need, ElfVersionNeed substitute)
    {
        var copy = (byte[])library.Clone();
        Replacement.CopyTo(Part(copy, image.NameSection, marker.NameOffset, Replacement.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(Part(copy, image.SymbolVersionSection, marker.Index * 2L, 2), Unversioned);
        BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan((int)need.FileOffset, 4), substitute.Hash);
        BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan((int)need.FileOffset + 8, 4), substitute.NameOffset);
        return copy;
    }

    private static Span<byte> Part(byte[] copy, ElfSection section, long offset, int length) => offset <= section.Size - length
        ? copy.AsSpan((int)(section.Offset + offset), length)
        : throw new InvalidDataException($"The ELF file refers to byte {offset} of a section of {section.Size}.");

    private static InvalidDataException Refused(string reason) =>
        new($"The library cannot be adjusted to an older libstdc++, because {reason}. Install GCC 13's libstdc++ (GLIBCXX_3.4.32) or newer.");
}
