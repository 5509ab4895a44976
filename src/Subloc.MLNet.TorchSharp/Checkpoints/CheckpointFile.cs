using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Subloc.MLNet.TorchSharp.Persistence;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Checkpoints;

/// <summary>Writes and reads one checkpoint: a zip file with <c>manifest.json</c> and, for each part, a safetensors file.</summary>
/// <remarks>The zip's checksum guards the manifest, whose hashes guard the tensors. Nothing in the file is executed.</remarks>
internal static class CheckpointFile
{
    private const string ManifestName = "manifest.json";
    private const int LargestManifest = 64 << 20;
    private const int LargestHeader = 16 << 20;

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="stream">Receives the file.</param>
    /// <param name="manifest">The manifest; values and hashes are filled in.</param>
    /// <param name="state">The parts.</param>
    public static void Write(Stream stream, CheckpointManifest manifest, RunState state)
    {
        JsonObject values = state.SaveValues();
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        var hashes = new Dictionary<string, string>();
        foreach (string part in state.TensorParts)
        {
            using Stream entry = zip.CreateEntry(NameOf(part), CompressionLevel.NoCompression).Open();
            using var sha = SHA256.Create();
            using (var hashing = new CryptoStream(entry, sha, CryptoStreamMode.Write, leaveOpen: true))
                SafeTensors.Write(hashing, state.TensorsOf(part));
            hashes[part] = Convert.ToHexStringLower(sha.Hash!);
        }

        using Stream json = zip.CreateEntry(ManifestName, CompressionLevel.NoCompression).Open();
        JsonSerializer.Serialize(json, manifest with { Values = values, Parts = hashes }, ManifestJson.Options);
    }

    /// <summary>Reads the manifest after checking that the whole file is as it was written.</summary>
    /// <exception cref="InvalidDataException">The file is cut off or damaged.</exception>
    /// <exception cref="InvalidOperationException">The file was written by a newer version.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CheckpointManifest Check(string path)
    {
        using FileStream file = File.OpenRead(path);
        JsonDocument json = Guarded(path, () => ReadManifest(file));
        using (json)
        {
            int format = Guarded(path, () => json.RootElement.GetProperty("format").GetInt32());
            if (format > CheckpointManifest.CurrentFormat)
                throw new InvalidOperationException($"{path}: the checkpoint has format {format}, this version reads up to {CheckpointManifest.CurrentFormat}; install a newer version.");

            CheckpointManifest manifest = Guarded(path, () => json.Deserialize<CheckpointManifest>(ManifestJson.Options)!);
            Guarded(path, () => CheckParts(file, manifest));
            return manifest;
        }
    }

    /// <summary>Reads the tensors of a part into existing ones.</summary>
    /// <exception cref="InvalidDataException">The part is missing, damaged or of other tensors.</exception>
    public static void ReadPart(string path, string part, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using FileStream file = File.OpenRead(path);
        long largest = tensors.Values.Sum(tensor => tensor.numel() * tensor.element_size()) + LargestHeader;
        byte[] content = Guarded(path, () =>
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            return ReadAll(EntryOf(zip, NameOf(part)), largest);
        });
        SafeTensors.Read(content, tensors);
    }

    private static string NameOf(string part) => part + ".safetensors";

    private static JsonDocument ReadManifest(FileStream file)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        ZipArchiveEntry entry = EntryOf(zip, ManifestName);
        byte[] content = ReadAll(entry, LargestManifest);
        return Crc32.HashToUInt32(content) == entry.Crc32 ? JsonDocument.Parse(content) : throw new InvalidDataException("The manifest is damaged.");
    }

    private static bool CheckParts(FileStream file, CheckpointManifest manifest)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        foreach ((string part, string hash) in manifest.Parts)
        {
            using Stream content = EntryOf(zip, NameOf(part)).Open();
            if (Convert.ToHexStringLower(SHA256.HashData(content)) != hash)
                throw new InvalidDataException($"The part '{part}' is damaged.");
        }

        return true;
    }

    private static ZipArchiveEntry EntryOf(ZipArchive zip, string name)
    {
        ZipArchiveEntry entry = zip.GetEntry(name) ?? throw new InvalidDataException($"The part '{name}' is missing.");

        // Parts are stored as they are, so that the file itself is as large as the memory that its parts take.
        return entry.CompressedLength == entry.Length ? entry : throw new InvalidDataException($"The part '{name}' is compressed, which no checkpoint is.");
    }

    private static byte[] ReadAll(ZipArchiveEntry entry, long largest)
    {
        if (entry.Length > Math.Min(largest, Array.MaxLength))
            throw new InvalidDataException($"The part '{entry.Name}' is larger than it can be.");

        using Stream stream = entry.Open();
        var content = new byte[entry.Length];
        stream.ReadExactly(content);
        return content;
    }

    // Reading a damaged zip file or its JSON can end in almost any exception.
    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is EndOfStreamException or not (IOException or UnauthorizedAccessException or OutOfMemoryException))
        {
            throw new InvalidDataException($"{path}: the checkpoint is cut off or damaged.", error);
        }
    }
}
