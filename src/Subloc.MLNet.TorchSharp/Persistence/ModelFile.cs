using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;
using Microsoft.ML;
using Subloc.MLNet.TorchSharp.Native;
using Subloc.MLNet.TorchSharp.Scoring;

namespace Subloc.MLNet.TorchSharp.Persistence;

/// <summary>Loads saved models from files that may be damaged or foreign.</summary>
/// <remarks>
/// <c>mlContext.Model.Load</c> reads the same files, but reports damage as whatever exception it happens to run into, and parts
/// that no checksum of their own protects may be read wrongly. Here every part is checked first.
/// </remarks>
public static class ModelFile
{
    /// <summary>Loads a model that ML.NET saved, after checking that every part of the file is whole.</summary>
    /// <param name="context">The context that the model belongs to.</param>
    /// <param name="path">The file.</param>
    /// <param name="inputSchema">Receives the schema that was saved with the model; null where none was.</param>
    /// <returns>The model; <see cref="FindNetwork"/> gives its network.</returns>
    /// <exception cref="FileNotFoundException">There is no such file, or one that the model needs beside it is missing.</exception>
    /// <exception cref="InvalidDataException">The file is no model, is damaged, or was saved by a newer version.</exception>
    /// <exception cref="LibTorchException">libtorch cannot start.</exception>
    public static ITransformer Load(MLContext context, string path, out DataViewSchema? inputSchema)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such model file; check the name and the folder that it starts from.", path);

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Check(file, path);
        file.Position = 0;
        try
        {
            return context.Model.Load(file, out inputSchema);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw Explain(error, path);
        }
    }

    /// <summary>The protein network in a model; null where the model has none.</summary>
    /// <param name="model">A model as fitted or loaded, a chain of transformers for example.</param>
    public static ProteinNetworkTransformer? FindNetwork(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model as ProteinNetworkTransformer
            ?? (model as IEnumerable<ITransformer>)?.Select(FindNetwork).LastOrDefault(network => network is not null);
    }

    private static void Check(FileStream file, string path)
    {
        Span<byte> start = stackalloc byte[4];
        int count = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (count == 0)
            throw new InvalidDataException($"{path}: the file is empty; expected a saved model.");
        if (!start[..count].SequenceEqual("PK\u0003\u0004"u8))
            throw new InvalidDataException($"{path}: this is not a saved model, which is a zip file.");

        file.Position = 0;
        bool isWhole;
        Exception? cause = null;
        try
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            isWhole = zip.Entries.All(IsWhole);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            (isWhole, cause) = (false, error);
        }

        if (!isWhole)
            throw new InvalidDataException($"{path}: the file is cut off or damaged; save the model again or use another copy.", cause);
    }

    private static bool IsWhole(ZipArchiveEntry entry)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            using Stream content = entry.Open();
            var checksum = new Crc32();
            long length = 0;
            for (int count; (count = content.Read(block)) > 0; length += count)
                checksum.Append(block.AsSpan(0, count));

            return length == entry.Length && checksum.GetCurrentHashAsUInt32() == entry.Crc32;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private static Exception Explain(Exception error, string path)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            // The file is whole, but nothing can compute it here.
            if (cause is LibTorchException)
                return cause;
            if (cause is InvalidDataException)
                return new InvalidDataException($"{path}: {cause.Message}", error);

            // A language model, or a file of embeddings, that the pipeline needs; assemblies that are not found have no path.
            if (cause is FileNotFoundException { FileName: { } file } && Path.IsPathRooted(file))
                return new FileNotFoundException($"{path}: {cause.Message}", file, error);
        }

        return new InvalidDataException(
            $"{path}: this zip file holds no model that this program can read; it is of another kind, damaged, or saved by a newer version.", error);
    }
}
