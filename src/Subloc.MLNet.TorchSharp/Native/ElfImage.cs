namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>
/// Reads the dynamic symbols and versions of a 64-bit little-endian ELF library. Everything is bounds-checked: a foreign or truncated
/// file gives an <see cref="InvalidDataException"/>.
/// </summary>
internal sealed class ElfImage
{
    public const ushort MachineX64 = 62;
    public const ushort MachineArm64 = 183;

    private const int HeaderSize = 64;
    private const int SectionSize = 64;
    private const int SegmentSize = 56;
    private const int SymbolSize = 24;
    private const int MaximumEntries = 0xffff;

    private readonly Stream _stream;
    private readonly ElfSection[] _sections;
    private byte[]? _dynamicNames;
    private ElfSymbol[]? _symbols;
    private ElfVersionNeed[]? _versionNeeds;

    private ElfImage(Stream stream, ushort machine, ElfSection[] sections)
    {
        _stream = stream;
        _sections = sections;
        Machine = machine;
    }

    /// <summary>The processor the library was built for.</summary>
    public ushort Machine { get; }

    /// <summary>The dynamic symbols, needed and provided.</summary>
    public IReadOnlyList<ElfSymbol> Symbols => _symbols ??= ReadSymbols();

    /// <summary>The versions of other libraries that this one asks for.</summary>
    public IReadOnlyList<ElfVersionNeed> VersionNeeds => _versionNeeds ??= [.. ReadVersionNeeds()];

    /// <summary>The dynamic string table's place in the file.</summary>
    public ElfSection NameSection => LinkOf(Required(ElfSection.DynamicSymbols));

    /// <summary>The symbol version table's place in the file.</summary>
    public ElfSection SymbolVersionSection => Required(ElfSection.SymbolVersions);

    private byte[] DynamicNames => _dynamicNames ??= Load(NameSection);

    /// <summary>Reads the headers; the tables are read when they are asked for, so the stream must stay open.</summary>
    /// <param name="stream">A seekable stream over the whole file.</param>
    /// <exception cref="InvalidDataException">The file is no complete 64-bit little-endian ELF library.</exception>
    public static ElfImage Read(Stream stream)
    {
        var header = new ElfBytes(Load(stream, 0, Math.Min(HeaderSize, stream.Length)));
        if (header.Length < HeaderSize || !header.Slice(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
            throw new InvalidDataException("The file is not a 64-bit little-endian ELF library.");

        CheckSegments(stream, header);
        return new ElfImage(stream, header.UInt16(18), ReadSections(stream, header));
    }

    /// <summary>The name of a symbol.</summary>
    public string NameOf(ElfSymbol symbol) => new ElfBytes(DynamicNames).Text(symbol.NameOffset);

    /// <summary>The name of a symbol, without an allocation.</summary>
    public ReadOnlySpan<byte> NameBytesOf(ElfSymbol symbol) => new ElfBytes(DynamicNames).Name(symbol.NameOffset);

    /// <summary>One byte of the dynamic string table.</summary>
    public byte NameByte(uint offset) => new ElfBytes(DynamicNames).Slice(offset, 1)[0];

    /// <summary>The versions this library provides, such as <c>GLIBCXX_3.4.30</c>.</summary>
    public IReadOnlySet<string> ReadVersionDefinitions()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        if (Find(ElfSection.VersionDefinitions) is not { } section)
            return found;

        var records = new ElfBytes(Load(section));
        var names = new ElfBytes(Load(LinkOf(section)));
        long at = 0;
        for (var i = 0; i < MaximumEntries && at < records.Length; i++)
        {
            found.Add(names.Text(records.UInt32(at + records.UInt32(at + 12))));
            var next = records.UInt32(at + 16);
            if (next == 0)
                break;

            at += next;
        }

        return found;
    }

    private static void CheckSegments(Stream stream, ElfBytes header)
    {
        int count = header.UInt16(56);
        if (count > 0 && header.UInt16(54) != SegmentSize)
            throw new InvalidDataException("The ELF file's program headers have an unknown size.");

        var table = new ElfBytes(Load(stream, header.Int64(32), (long)count * SegmentSize));
        for (var i = 0; i < count; i++)
            CheckInside(stream, table.Int64((i * SegmentSize) + 8), table.Int64((i * SegmentSize) + 32));
    }

    private static ElfSection[] ReadSections(Stream stream, ElfBytes header)
    {
        int count = header.UInt16(60);
        if (count == 0 || header.UInt16(58) != SectionSize)
            throw new InvalidDataException("The ELF file has no section table that can be read.");

        var table = new ElfBytes(Load(stream, header.Int64(40), (long)count * SectionSize));
        var sections = new ElfSection[count];
        for (var i = 0; i < count; i++)
        {
            long at = i * SectionSize;
            var section = new ElfSection(table.UInt32(at + 4), table.Int64(at + 24), table.Int64(at + 32),
                (int)Math.Min(table.UInt32(at + 40), int.MaxValue), table.Int64(at + 56));
            if (section.Type is not (0 or ElfSection.NoBits))
                CheckInside(stream, section.Offset, section.Size);

            sections[i] = section;
        }

        return sections;
    }

    private static void CheckInside(Stream stream, long offset, long length)
    {
        if (offset > stream.Length || length > stream.Length - offset)
            throw new InvalidDataException($"The ELF file is cut short: it refers to byte {offset} + {length} but holds {stream.Length}.");
    }

    private static byte[] Load(Stream stream, long offset, long length)
    {
        CheckInside(stream, offset, length);
        if (length > Array.MaxLength)
            throw new InvalidDataException($"The ELF file holds a table of {length} bytes.");

        var bytes = new byte[length];
        stream.Position = offset;
        stream.ReadExactly(bytes);
        return bytes;
    }

    private byte[] Load(ElfSection section) => Load(_stream, section.Offset, section.Size);

    private ElfSection? Find(uint type)
    {
        foreach (var section in _sections)
        {
            if (section.Type == type)
                return section;
        }

        return null;
    }

    private ElfSection Required(uint type) =>
        Find(type) ?? throw new InvalidDataException($"The ELF file has no section of type 0x{type:x}.");

    private ElfSection LinkOf(ElfSection section) => section.Link < _sections.Length
        ? _sections[section.Link]
        : throw new InvalidDataException($"The ELF file refers to section {section.Link} of {_sections.Length}.");

    private ElfSymbol[] ReadSymbols()
    {
        var table = new ElfBytes(Load(Required(ElfSection.DynamicSymbols)));
        var versions = new ElfBytes(Find(ElfSection.SymbolVersions) is { } section ? Load(section) : []);
        var symbols = new ElfSymbol[table.Length / SymbolSize];
        for (var i = 0; i < symbols.Length; i++)
        {
            long at = i * SymbolSize;
            var version = versions.Length == 0 ? (ushort)1 : versions.UInt16(i * 2L);
            symbols[i] = new ElfSymbol(i, table.UInt32(at), table.Slice(at + 4, 1)[0] >> 4, table.UInt16(at + 6) != 0, version);
        }

        return symbols;
    }

    private List<ElfVersionNeed> ReadVersionNeeds()
    {
        var found = new List<ElfVersionNeed>();
        if (Find(ElfSection.VersionNeeds) is not { } section)
            return found;

        var records = new ElfBytes(Load(section));
        var names = new ElfBytes(Load(LinkOf(section)));
        long at = 0;
        for (var i = 0; i < MaximumEntries && at < records.Length; i++)
        {
            AddVersionNeeds(found, section.Offset, records, names, at);
            var next = records.UInt32(at + 12);
            if (next == 0)
                break;

            at += next;
        }

        return found;
    }

    private static void AddVersionNeeds(List<ElfVersionNeed> found, long sectionOffset, ElfBytes records, ElfBytes names, long need)
    {
        var library = names.Text(records.UInt32(need + 4));
        int count = records.UInt16(need + 2);
        var at = need + records.UInt32(need + 8);
        for (var i = 0; i < count && found.Count < MaximumEntries; i++)
        {
            var nameOffset = records.UInt32(at + 8);
            found.Add(new ElfVersionNeed(library, names.Text(nameOffset), nameOffset, records.UInt32(at), records.UInt16(at + 6), sectionOffset + at));
            at += records.UInt32(at + 12);
        }
    }
}
