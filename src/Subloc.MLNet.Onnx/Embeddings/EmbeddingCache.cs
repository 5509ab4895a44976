namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>Embeddings of one model on disk. Several threads and processes may use one folder at once, without waiting for each other.</summary>
/// <remarks>
/// Each pass over data appends what it computes to a file of its own, and reads all files of the model. Whatever moment a process dies
/// at, what it has written before is there. Two processes that embed the same protein at once both keep it, which does no harm.
/// </remarks>
internal sealed class EmbeddingCache
{
    private readonly string _modelHash;
    private readonly Lock _use = new();
    private readonly Dictionary<string, EmbeddingSegment> _segments = [];
    private readonly Dictionary<EmbeddingKey, (EmbeddingSegment Segment, long Place)> _places = [];

    /// <param name="folder">Folder of all models' caches.</param>
    /// <param name="modelHash">SHA-256 of the model.</param>
    public EmbeddingCache(string folder, string modelHash)
    {
        Root = folder;
        Folder = Path.Combine(folder, modelHash[..16]);
        _modelHash = modelHash;
    }

    /// <summary>The folder that it was made for.</summary>
    public string Root { get; }

    /// <summary>Folder of this model's files.</summary>
    public string Folder { get; }

    /// <summary>Begins a pass: looks for what other processes have written meanwhile.</summary>
    /// <param name="warn">Receives a sentence about damage that is healed.</param>
    /// <exception cref="InvalidDataException">A file was written with another model.</exception>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public EmbeddingCachePass Begin(Action<string> warn)
    {
        try
        {
            Directory.CreateDirectory(Folder);
            lock (_use)
            {
                foreach (string path in Directory.EnumerateFiles(Folder, "*" + EmbeddingSegment.Extension).Order(StringComparer.Ordinal))
                    Look(path, warn);
            }
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new IOException($"{Folder}: the embedding cache cannot be used ({error.Message}); name another cache folder, or none.", error);
        }

        return new EmbeddingCachePass(this, _modelHash, warn);
    }

    /// <summary>Reads an embedding; null where there is none, or a damaged one.</summary>
    public float[]? Find(EmbeddingKey key, int width, Action<string> warn)
    {
        (EmbeddingSegment Segment, long Place) place;
        lock (_use)
        {
            if (!_places.TryGetValue(key, out place))
                return null;
        }

        float[]? values = place.Segment.Read(key, place.Place, width);
        if (values is null)
        {
            warn($"{place.Segment.Path}: an embedding at byte {place.Place} is damaged; it is computed again.");
            lock (_use)
                _places.Remove(key);
        }

        return values;
    }

    private void Look(string path, Action<string> warn)
    {
        if (!_segments.TryGetValue(path, out EmbeddingSegment? segment))
        {
            segment = EmbeddingSegment.Open(path, _modelHash);
            if (segment is null)
            {
                // A file without a header yet is another process' that has just begun.
                if (new FileInfo(path).Length > 0)
                    warn($"{path}: the header of this embedding cache is damaged; what it holds is computed again.");
                return;
            }

            _segments.Add(path, segment);
        }

        // Files are looked at from the oldest to the newest, and the newest wins: it may replace a damaged embedding.
        foreach ((EmbeddingKey key, long place) in segment.ReadNew())
            _places[key] = (segment, place);
    }
}
