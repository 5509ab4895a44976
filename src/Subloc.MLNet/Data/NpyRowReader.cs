using System.Buffers.Binary;
using System.IO.Compression;

namespace Subloc.MLNet.Data;

/// <summary>Reads one array of an NPZ file row by row, through a file handle of its own.</summary>
internal sealed class NpyRowReader : IDisposable
{
    private readonly string _where;
    private readonly ZipArchive _archive;
    private readonly ChecksumStream _stream;
    private readonly uint _checksum;
    private readonly byte[] _row;
    private long _rows;

    private NpyRowReader(string where, ZipArchive archive, ZipArchiveEntry entry, ChecksumStream stream, NpyHeader header)
    {
        _where = where;
        _archive = archive;
        _stream = stream;
        _checksum = entry.Crc32;
        Header = header;
        _row = new byte[header.RowLength * header.ElementSize];
    }

    public NpyHeader Header { get; }

    /// <summary>Opens an array and reads its header.</summary>
    /// <exception cref="InvalidDataException">The archive or the array is damaged, or of a kind that is not read here.</exception>
    public static NpyRowReader Open(InputFile file, string entryName)
    {
        string where = $"{file.Path}, entry '{entryName}'";
        ZipArchive archive = NpzArchive.Open(file);
        try
        {
            ZipArchiveEntry entry = archive.GetEntry(entryName)
                ?? throw new InvalidDataException($"{where}: the entry is gone since the file was first opened; load it again.");
            var stream = new ChecksumStream(entry.Open());
            NpyHeader header = NpyHeader.Read(stream, where);
            if (entry.Length - header.Length != header.Shape.Aggregate((long)header.ElementSize, (product, extent) => product * extent))
            {
                throw new InvalidDataException(
                    $"{where}: the entry holds {entry.Length} bytes, which do not fit its shape {header.ShapeText}; "
                    + "the array is damaged or cut off, so save it anew.");
            }

            return new NpyRowReader(where, archive, entry, stream, header);
        }
        catch (Exception damage)
        {
            archive.Dispose();
            if (damage is EndOfStreamException)
                throw new InvalidDataException($"{where}: the data end within the array header; "
                    + "save the array anew with numpy.savez.", damage);
            throw;
        }
    }

    /// <summary>Moves to the next row.</summary>
    /// <exception cref="InvalidDataException">The data end before the row does, or are damaged.</exception>
    public void ReadRow()
    {
        _rows++;
        try
        {
            _stream.ReadExactly(_row);
        }
        catch (Exception damage) when (damage is EndOfStreamException or InvalidDataException)
        {
            throw Damaged(damage);
        }

        if (_rows == Header.Rows && _stream.Checksum != _checksum)
            throw Damaged(null);
    }

    /// <summary>Writes the row as single precision numbers.</summary>
    public void CopyTo(Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Header.Element switch
            {
                NpyElement.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(_row.AsSpan(i * 2)),
                NpyElement.Float32 => BinaryPrimitives.ReadSingleLittleEndian(_row.AsSpan(i * 4)),
                _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(_row.AsSpan(i * 8)),
            };
        }
    }

    /// <summary>The one whole number of the row.</summary>
    public long ReadInteger() => Header.Element == NpyElement.Int32
        ? BinaryPrimitives.ReadInt32LittleEndian(_row)
        : BinaryPrimitives.ReadInt64LittleEndian(_row);

    /// <summary>The one whole number of the row, as a partition.</summary>
    /// <exception cref="InvalidDataException">It is negative or too large.</exception>
    public uint ReadPartition()
    {
        long value = ReadInteger();
        return value is >= 0 and <= uint.MaxValue
            ? (uint)value
            : throw new InvalidDataException($"{_where}, row {_rows}: the partition is {value}; "
                + "expected a whole number of at least 0, so correct it.");
    }

    public void Dispose()
    {
        _stream.Dispose();
        _archive.Dispose();
    }

    private InvalidDataException Damaged(Exception? cause) => new(
        $"{_where}, row {_rows}: the data up to here are damaged or cut off; "
        + $"expected {Header.Rows} intact rows, so copy the file again or save it anew.",
        cause);
}
