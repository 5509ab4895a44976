using PureHDF;

namespace Subloc.MLNet.Onnx.Embeddings.Stored;

/// <summary>Embeddings in an HDF5 file: one dataset a protein, whose accession is the attribute <c>original_id</c>, or else its name.</summary>
internal sealed class Hdf5Embeddings : EmbeddingStore
{
    private const string AccessionAttribute = "original_id";

    private readonly Lazy<PureHDF.VOL.Native.NativeFile> _file;

    public Hdf5Embeddings(string path)
        : base(path)
    {
        // Opened inside a guarded read: a damaged file fails here in many ways.
        _file = new Lazy<PureHDF.VOL.Native.NativeFile>(() => H5File.OpenRead(path));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_file.IsValueCreated)
            _file.Value.Dispose();
    }

    private protected override IEnumerable<(string Accession, string Name)> ReadNames() => _file.Value.Children()
        .OfType<IH5Dataset>()
        .Select(dataset => (AccessionOf(dataset), dataset.Name));

    private protected override long[] ReadShape(string name) => Array.ConvertAll(_file.Value.Dataset(name).Space.Dimensions, extent => checked((long)extent));

    private protected override float[] ReadValues(string name, long[] shape)
    {
        IH5Dataset dataset = _file.Value.Dataset(name);
        if (dataset.Type.Class != H5DataTypeClass.FloatingPoint)
            throw new InvalidDataException($"{FilePath}: the embedding '{name}' holds {dataset.Type.Class} values; expected floating point numbers.");

        float[] values = dataset.Type.Size switch
        {
            2 => Array.ConvertAll(dataset.Read<Half[]>(), value => (float)value),
            4 => dataset.Read<float[]>(),
            8 => Array.ConvertAll(dataset.Read<double[]>(), value => (float)value),
            int size => throw new InvalidDataException($"{FilePath}: the embedding '{name}' holds numbers of {size} bytes; expected 2, 4 or 8."),
        };
        return values.Length == shape.Aggregate(1L, (product, extent) => product * extent)
            ? values
            : throw new InvalidDataException($"{FilePath}: the embedding '{name}' is cut off; copy the file again or compute it anew.");
    }

    // The reader runs into whatever a damaged file makes of its structures.
    private protected override bool IsDamage(Exception error) => error is not OutOfMemoryException;

    private static string AccessionOf(IH5Dataset dataset) => dataset.AttributeExists(AccessionAttribute)
        ? dataset.Attribute(AccessionAttribute).Read<string>()
        : dataset.Name;
}
