using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>One file of an embedding cache. One pass of one process writes it, any number of processes read it meanwhile.</summary>
/// <remarks>
/// A header of 64 bytes (magic, version, SHA-256 of the model, checksum), then records: a mark, the number of values, the key, the
/// values, and a checksum over all of these. A record that is cut off or damaged is not read, and nothing behind it either where its
/// size is in doubt; such proteins are computed again.
/// </remarks>
internal sealed class EmbeddingSegment : IDisposable
{
    /// <summary>Ending of the files' names.</summary>
    public const string Extension = ".embeddings";

    private const int Version = 1;
    private const int HeaderBytes = 64;
    private const int HashBytes = 32;
    private const int RecordHead = 8 + EmbeddingKey.Size;
    private const int ChecksumBytes = 8;
    private const uint Mark = 0x31524D45;

    private readonly SafeFileHandle _file;
    private long _end = HeaderBytes;

    private EmbeddingSegment(string path, SafeFileHandle file)
    {
        Path = path;
        _file = file;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    private static ReadOnlySpan<byte> Magic => "SUBLOCEM"u8;

    /// <summary>The bytes that a file for a model begins with.</summary>
    public static byte[] Header(string modelHash)
    {
        var header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Version);
        Convert.FromHexString(modelHash).CopyTo(header, 16);
        XxHash3.Hash(header.AsSpan(0, HeaderBytes - ChecksumBytes), header.AsSpan(HeaderBytes - ChecksumBytes));
        return header;
    }

    /// <summary>The bytes of one embedding.</summary>
    public static byte[] Record(EmbeddingKey key, ReadOnlySpan<float> values)
    {
        var record = new byte[RecordHead + values.Length * sizeof(float) + ChecksumBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(record, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), values.Length);
        MemoryMarshal.Write(record.AsSpan(8), key);
        MemoryMarshal.AsBytes(values).CopyTo(record.AsSpan(RecordHead));
        int end = record.Length - ChecksumBytes;
        XxHash3.Hash(record.AsSpan(0, end), record.AsSpan(end));
        return record;
    }

    /// <summary>Opens a file to read; null where its header is damaged or not yet written.</summary>
    /// <exception cref="InvalidDataException">It was written with another model, or by a newer version.</exception>
    public static EmbeddingSegment? Open(string path, string modelHash)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            var header = new byte[HeaderBytes];
            if (RandomAccess.Read(file, header, 0) == HeaderBytes && IsIntact(header))
            {
                CheckHeader(path, header, modelHash);
                return new EmbeddingSegment(path, file);
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }

        file.Dispose();
        return null;
    }

    /// <summary>Names the embeddings that were added since the last call, with where they begin.</summary>
    public IEnumerable<(EmbeddingKey Key, long Place)> ReadNew()
    {
        var head = new byte[RecordHead];
        long length = RandomAccess.GetLength(_file);
        while (_end + RecordHead + ChecksumBytes <= length && RandomAccess.Read(_file, head, _end) == RecordHead)
        {
            int count = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4));
            long next = _end + RecordHead + (long)count * sizeof(float) + ChecksumBytes;
            if (BinaryPrimitives.ReadUInt32LittleEndian(head) != Mark || count < 1 || next > length)
                yield break;

            yield return (MemoryMarshal.Read<EmbeddingKey>(head.AsSpan(8)), _end);
            _end = next;
        }
    }

    /// <summary>Reads an embedding; null where it is damaged, or is none of vectors of a width.</summary>
    public float[]? Read(EmbeddingKey key, long place, int width)
    {
        var head = new byte[RecordHead];
        if (RandomAccess.Read(_file, head, place) != RecordHead)
            return null;
        int count = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4));
        long length = RecordHead + (long)count * sizeof(float) + ChecksumBytes;
        if (count < 1 || count % width != 0 || place + length > RandomAccess.GetLength(_file))
            return null;

        var record = new byte[length];
        int end = record.Length - ChecksumBytes;
        if (RandomAccess.Read(_file, record, place) != record.Length || !IsIntact(record) || MemoryMarshal.Read<EmbeddingKey>(record.AsSpan(8)) != key)
            return null;
        return MemoryMarshal.Cast<byte, float>(record.AsSpan(RecordHead, end - RecordHead)).ToArray();
    }

    public void Dispose() => _file.Dispose();

    private static void CheckHeader(string path, byte[] header, string modelHash)
    {
        int version = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8));
        if (version != Version)
            throw new InvalidDataException($"{path}: this embedding cache has version {version}, this program reads {Version}; name another cache folder.");
        string found = Convert.ToHexStringLower(header, 16, HashBytes);
        if (found != modelHash)
            throw new InvalidDataException($"{path}: this cache was written with the language model of SHA-256 {found}, not {modelHash}; delete the file or name another cache folder.");
    }

    private static bool IsIntact(ReadOnlySpan<byte> bytes)
    {
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        XxHash3.Hash(bytes[..^ChecksumBytes], checksum);
        return checksum.SequenceEqual(bytes[^ChecksumBytes..]) && (bytes.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Mark);
    }
}
