namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>One pass over data that reads an embedding cache and adds to it. One thread uses it.</summary>
/// <param name="cache">The cache.</param>
/// <param name="modelHash">SHA-256 of the model.</param>
/// <param name="warn">Receives a sentence about damage that is healed.</param>
internal sealed class EmbeddingCachePass(EmbeddingCache cache, string modelHash, Action<string> warn) : IDisposable
{
    private FileStream? _file;
    private bool _isFull;

    /// <summary>Reads an embedding; null where there is none, or a damaged one.</summary>
    public float[]? Find(EmbeddingKey key, int width) => cache.Find(key, width, warn);

    /// <summary>Keeps an embedding. Where the disk is full, nothing is kept any more, and a warning says so.</summary>
    public void Add(EmbeddingKey key, ReadOnlySpan<float> values)
    {
        if (_isFull)
            return;
        try
        {
            _file ??= Create();
            _file.Write(EmbeddingSegment.Record(key, values));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _isFull = true;
            warn($"{cache.Folder}: embeddings are no longer kept ({error.Message}).");
        }
    }

    public void Dispose() => _file?.Dispose();

    // Unbuffered: each record goes to the system at once, where it survives the end of this process.
    private FileStream Create()
    {
        string name = $"{DateTime.UtcNow:yyyyMMddHHmmssfff}-{Guid.NewGuid().ToString("N")[..8]}{EmbeddingSegment.Extension}";
        var file = new FileStream(Path.Combine(cache.Folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        file.Write(EmbeddingSegment.Header(modelHash));
        return file;
    }
}
