using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Subloc.MLNet.Tests.Data;

/// <summary>Writes small NPZ files as NumPy does.</summary>
internal sealed class NpzWriter
{
    private readonly List<(string Name, byte[] Content)> _entries = [];

    public CompressionLevel Compression { get; init; } = CompressionLevel.Optimal;

    /// <summary>Two proteins of three positions and two channels, with labels and mask.</summary>
    public static NpzWriter Small(CompressionLevel compression = CompressionLevel.Optimal) =>
        new NpzWriter { Compression = compression }
            .Add("X_val", "<f4", "(2, 3, 2)", Enumerable.Range(0, 12).Select(i => i / 2f).ToArray())
            .Add("y_val", "<i4", "(2,)", new[] { 7, 3 })
            .Add("mask_val", "<f4", "(2, 3)", new[] { 1f, 1, 0, 1, 1, 1 });

    public NpzWriter Add<T>(string name, string type, string shape, T[] values, bool fortran = false)
        where T : unmanaged
    {
        string text = $"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': {shape}, }}";
        text = text.PadRight(63 - 10 + (text.Length + 10) / 64 * 64) + "\n";
        var content = new MemoryStream();
        content.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8)]);
        content.Write(Encoding.ASCII.GetBytes(text));
        content.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        return AddRaw(name, content.ToArray());
    }

    public NpzWriter AddRaw(string name, byte[] content)
    {
        _entries.Add((name + ".npy", content));
        return this;
    }

    public NpzWriter Without(string name)
    {
        _entries.RemoveAll(entry => entry.Name == name + ".npy");
        return this;
    }

    public byte[] ToArray()
    {
        var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach ((string name, byte[] content) in _entries)
            {
                using Stream entry = archive.CreateEntry(name, Compression).Open();
                entry.Write(content);
            }
        }

        return file.ToArray();
    }
}
