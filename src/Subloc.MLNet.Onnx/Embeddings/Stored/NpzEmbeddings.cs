using System.IO.Compression;
using System.Runtime.InteropServices;
using Subloc.MLNet.Data;

namespace Subloc.MLNet.Onnx.Embeddings.Stored;

/// <summary>Embeddings in an NPZ file: one array a protein, named by its accession.</summary>
internal sealed class NpzEmbeddings : EmbeddingStore
{
    private const string Ending = ".npy";

    private readonly ZipArchive _archive;

    public NpzEmbeddings(string path)
        : base(path)
    {
        _archive = NpzArchive.Open(new InputFile(path, InputFormat.Npz));
    }

    /// <inheritdoc/>
    public override void Dispose() => _archive.Dispose();

    private protected override IEnumerable<(string Accession, string Name)> ReadNames() => _archive.Entries
        .Where(entry => entry.FullName.EndsWith(Ending, StringComparison.Ordinal))
        .Select(entry => (entry.FullName[..^Ending.Length], entry.FullName));

    private protected override long[] ReadShape(string name)
    {
        using Stream content = Find(name).Open();
        return [.. NpyHeader.Read(content, Where(name)).Shape];
    }

    private protected override float[] ReadValues(string name, long[] shape)
    {
        ZipArchiveEntry entry = Find(name);
        using var content = new ChecksumStream(entry.Open());
        NpyHeader header = NpyHeader.Read(content, Where(name));
        if (!header.IsFloat)
            throw new InvalidDataException($"{Where(name)}: the array holds {header.Element} values; expected float16, float32 or float64.");

        var bytes = new byte[shape.Aggregate((long)header.ElementSize, (product, extent) => product * extent)];
        content.ReadExactly(bytes);
        if (content.ReadByte() >= 0 || content.Checksum != entry.Crc32)
            throw new InvalidDataException($"{Where(name)}: the data are damaged; copy the file again or compute it anew.");
        return header.Element switch
        {
            NpyElement.Float16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), value => (float)value),
            NpyElement.Float64 => Array.ConvertAll(MemoryMarshal.Cast<byte, double>(bytes).ToArray(), value => (float)value),
            _ => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        };
    }

    private protected override bool IsDamage(Exception error) => error is EndOfStreamException or IOException or NotSupportedException;

    private ZipArchiveEntry Find(string name) => _archive.GetEntry(name)!;

    private string Where(string name) => $"{FilePath}, entry '{name}'";
}
