using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;

namespace Subloc.MLNet.Onnx.Embeddings.Stored;

/// <summary>Joins embeddings that were computed elsewhere to proteins, by accession.</summary>
/// <remarks>
/// <para>
/// | Column | Role | Type |
/// |---|---|---|
/// | Id | input | Text: accessions |
/// | Features | output | <c>Vector&lt;Single, H&gt;</c> (Mean), or <c>Vector&lt;Single, L, H&gt;</c> (PerResidue) |
/// | Mask | output, PerResidue only | <c>Vector&lt;Single, L&gt;</c>: 1 on residues, 0 on padding |
/// </para>
/// <para>
/// | Trait | |
/// |---|---|
/// | Needs to look at the data to fit | Reads the accessions, and names those without an embedding |
/// | Input must be normalised | No |
/// | Exportable to ONNX | No |
/// | Disposable | No |
/// </para>
/// <para>
/// The file is HDF5 as bio_embeddings and biotrainer write it, one dataset a protein, whose accession is the attribute <c>original_id</c>
/// or else the dataset's name; or NPZ with one array a protein, named by its accession (<c>numpy.savez(file, **embeddings)</c>). Arrays are
/// [H] or [residues, H], in float16, float32 or float64. They are read when their rows are.
/// </para>
/// </remarks>
public sealed class StoredEmbeddingEstimator : IEstimator<StoredEmbeddingTransformer>
{
    private const int NamedAtMost = 5;

    private readonly IHost _host;
    private readonly StoredEmbeddingOptions _options;
    private readonly Lazy<EmbeddingStore> _store;

    internal StoredEmbeddingEstimator(IHostEnvironment env, string path, StoredEmbeddingOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _host = env.Register(nameof(StoredEmbeddingEstimator));
        _options = options.Validate();
        _store = new Lazy<EmbeddingStore>(() => EmbeddingStore.Open(path), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>Opens the file, checks that every protein has an embedding, and makes the transformer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The accession column is missing or is not Text.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or proteins have no embedding in it.</exception>
    public StoredEmbeddingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        DataViewSchema.Column accession = input.Schema.Find(_host, "input", _options.InputColumnName);
        StoredEmbeddingTransformer.CheckInput(_host, accession.ToShape());
        var transformer = new StoredEmbeddingTransformer(_host, _store.Value, _options);
        CheckProteins(input, accession);
        return transformer;
    }

    /// <summary>The schema that the transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The accession column is missing or is not Text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        StoredEmbeddingTransformer.CheckInput(_host, inputSchema.Find(_host, "input", _options.InputColumnName));
        return inputSchema.With(EmbeddingColumns.Promise(
            _options.OutputColumnName, _options.Output == EmbeddingOutput.Mean ? null : _options.MaskColumnName));
    }

    private void CheckProteins(IDataView input, DataViewSchema.Column accession)
    {
        var missing = new List<string>();
        long rows = 0, without = 0;
        using (DataViewRowCursor cursor = input.GetRowCursor([accession]))
        {
            ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(accession);
            ReadOnlyMemory<char> id = default;
            for (; cursor.MoveNext(); rows++)
            {
                getter(ref id);
                if (_store.Value.Has(id.ToString()))
                    continue;
                without++;
                if (missing.Count < NamedAtMost)
                    missing.Add(id.ToString());
            }
        }

        if (without > 0)
        {
            throw new InvalidDataException(
                $"{_store.Value.FilePath}: {without} of {rows} proteins have no embedding here: {string.Join(", ", missing)}{(without > missing.Count ? ", ..." : "")}; "
                + "compute theirs too, or leave the proteins out.");
        }
    }
}
