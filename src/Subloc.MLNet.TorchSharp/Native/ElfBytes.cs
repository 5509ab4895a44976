using System.Buffers.Binary;
using System.Text;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>Little-endian reads from untrusted bytes: whatever lies outside them is an <see cref="InvalidDataException"/>.</summary>
internal readonly ref struct ElfBytes(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Length => _bytes.Length;

    public ushort UInt16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(offset, 2));

    public uint UInt32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, 4));

    /// <summary>A 64-bit offset or size; none above <see cref="long.MaxValue"/> can be real.</summary>
    public long Int64(long offset)
    {
        var value = BinaryPrimitives.ReadUInt64LittleEndian(Slice(offset, 8));
        return value <= long.MaxValue ? (long)value : throw new InvalidDataException($"The ELF file holds the impossible size {value}.");
    }

    public ReadOnlySpan<byte> Slice(long offset, long length) =>
        offset >= 0 && length >= 0 && offset <= _bytes.Length - length
            ? _bytes.Slice((int)offset, (int)length)
            : throw new InvalidDataException($"The ELF file refers to {length} bytes at {offset}, beyond a part of {_bytes.Length} bytes.");

    /// <summary>The bytes of the zero-terminated name at an offset.</summary>
    public ReadOnlySpan<byte> Name(long offset)
    {
        var rest = Slice(offset, _bytes.Length - Math.Clamp(offset, 0, _bytes.Length));
        var end = rest.IndexOf((byte)0);
        return end >= 0 ? rest[..end] : throw new InvalidDataException($"The ELF name at {offset} does not end.");
    }

    public string Text(long offset) => Encoding.Latin1.GetString(Name(offset));
}
