namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>One row of an ELF file's section table, as far as this library reads it.</summary>
internal readonly record struct ElfSection(uint Type, long Offset, long Size, int Link, long EntrySize)
{
    public const uint DynamicSymbols = 11;
    public const uint VersionDefinitions = 0x6ffffffd;
    public const uint VersionNeeds = 0x6ffffffe;
    public const uint SymbolVersions = 0x6fffffff;

    /// <summary>Sections of this type (SHT_NOBITS) take no room in the file.</summary>
    public const uint NoBits = 8;
}
