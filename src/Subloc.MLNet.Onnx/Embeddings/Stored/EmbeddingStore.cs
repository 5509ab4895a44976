using System.Numerics.Tensors;

namespace Subloc.MLNet.Onnx.Embeddings.Stored;

/// <summary>A file of embeddings that were computed elsewhere, by accession. Several threads may use one.</summary>
internal abstract class EmbeddingStore : IDisposable
{
    // More than this is no protein's embedding; checked before memory is taken.
    private const long MostValues = 1 << 28;

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Lock _use = new();

    private protected EmbeddingStore(string path)
    {
        FilePath = path;
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Number of proteins.</summary>
    public int Count => _names.Count;

    /// <summary>Values of one vector, H.</summary>
    public int Width { get; private set; }

    /// <summary>Whether each residue has a vector.</summary>
    public bool IsPerResidue { get; private set; }

    /// <summary>Opens a file whose format is told by its content: NPZ or HDF5.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or of another format.</exception>
    public static EmbeddingStore Open(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such file of embeddings; check the name and the folder that it starts from.", path);

        var start = new byte[8];
        using (FileStream file = File.OpenRead(path))
            file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        EmbeddingStore store = start switch
        {
            [(byte)'P', (byte)'K', 3, 4, ..] => new NpzEmbeddings(path),
            [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'] => new Hdf5Embeddings(path),
            _ => throw new InvalidDataException($"{path}: this is no file of embeddings; expected NPZ, or HDF5 as bio_embeddings and biotrainer write it."),
        };
        try
        {
            store.Index();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Whether a protein has an embedding.</summary>
    public bool Has(string accession) => _names.ContainsKey(accession);

    /// <summary>Reads a protein's embedding.</summary>
    /// <param name="accession">Its accession.</param>
    /// <param name="output">Mean or per residue.</param>
    /// <param name="length">Residues at most; of more both ends are kept.</param>
    /// <returns>H values, or H for each residue.</returns>
    /// <exception cref="InvalidDataException">It has none, or the file is damaged.</exception>
    public float[] Read(string accession, EmbeddingOutput output, int length)
    {
        if (!_names.TryGetValue(accession, out string? name))
            throw new InvalidDataException($"{FilePath}: the protein '{accession}' has no embedding among the {Count} here; add it, or leave the protein out.");

        float[] values;
        lock (_use)
            values = Guard($"'{name}'", () => ReadValues(name, Check(name, ReadShape(name))));
        int bad = values.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (bad >= 0)
            throw new InvalidDataException($"{FilePath}: the embedding of '{accession}' has the value {values[bad]}; embeddings must be finite numbers.");
        if (!IsPerResidue)
            return values;

        int count = values.Length / Width;
        if (output == EmbeddingOutput.PerResidue)
            return count <= length ? values : [.. values.AsSpan(0, (length + 1) / 2 * Width), .. values.AsSpan((count - length / 2) * Width)];

        var mean = new float[Width];
        for (int i = 0; i < count; i++)
            TensorPrimitives.Add(mean, values.AsSpan(i * Width, Width), mean);
        TensorPrimitives.Divide(mean, count, mean);
        return mean;
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Names of the stored arrays, each with its protein's accession.</summary>
    private protected abstract IEnumerable<(string Accession, string Name)> ReadNames();

    /// <summary>Extents of an array.</summary>
    private protected abstract long[] ReadShape(string name);

    /// <summary>Values of an array whose extents were checked.</summary>
    private protected abstract float[] ReadValues(string name, long[] shape);

    /// <summary>Whether an exception means that the file is damaged.</summary>
    private protected abstract bool IsDamage(Exception error);

    private void Index()
    {
        foreach ((string accession, string name) in Guard("its list of proteins", () => ReadNames().ToArray()))
        {
            if (!_names.TryAdd(accession, name))
                throw new InvalidDataException($"{FilePath}: the protein '{accession}' has two embeddings; keep one.");
        }

        if (_names.Count == 0)
            throw new InvalidDataException($"{FilePath}: the file has no embedding; expected one array a protein, named by its accession.");
        string first = _names.Values.First();
        long[] shape = Guard($"'{first}'", () => ReadShape(first));
        IsPerResidue = shape.Length == 2;
        Width = shape.Length is 1 or 2 && shape[^1] is > 0 and <= MostValues ? (int)shape[^1] : throw WrongShape(first, shape, "(H), or (residues, H)");
        Check(first, shape);
    }

    private long[] Check(string name, long[] shape)
    {
        bool fits = shape.Length == (IsPerResidue ? 2 : 1) && shape[^1] == Width && shape[0] is > 0 and <= MostValues && shape[0] * (IsPerResidue ? Width : 1) <= MostValues;
        return fits ? shape : throw WrongShape(name, shape, IsPerResidue ? $"(residues, {Width}) as the first one" : $"({Width}) as the first one");
    }

    private InvalidDataException WrongShape(string name, long[] shape, string expected) => new(
        $"{FilePath}: the embedding '{name}' has the shape ({string.Join(", ", shape)}); expected {expected}, so compute it anew.");

    private T Guard<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not InvalidDataException && IsDamage(error))
        {
            throw new InvalidDataException($"{FilePath}: {what} cannot be read, because the file is damaged or cut off; copy it again or compute it anew ({error.Message.Split('\n')[0].Trim()}).", error);
        }
    }
}
