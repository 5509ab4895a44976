using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;
using Subloc.MLNet.Onnx.Embeddings.Stored;
using Subloc.MLNet.Onnx.Export;

[assembly: LoadableClass(typeof(StoredEmbeddingTransformer), null, typeof(SignatureLoadModel),
    "Stored Protein Embedding", StoredEmbeddingTransformer.LoaderSignature)]

namespace Subloc.MLNet.Onnx.Embeddings.Stored;

/// <summary>Joins embeddings of a file to proteins; made by <see cref="StoredEmbeddingEstimator"/> or loaded from a model.</summary>
/// <remarks>
/// Saved with its pipeline are the settings, the file's full path and the width of its vectors, not the embeddings. Where the path does
/// not exist when the pipeline is loaded, a file of that name in the current folder is taken. To score other proteins, put the file of
/// their embeddings in its place, or apply <c>LoadProteinEmbeddings</c> outside the saved pipeline.
/// </remarks>
public sealed class StoredEmbeddingTransformer : RowTransformer
{
    internal const string LoaderSignature = "StoredProteinEmbedding";

    private readonly EmbeddingStore _store;
    private readonly EmbeddingColumns _columns;

    internal StoredEmbeddingTransformer(IHostEnvironment env, EmbeddingStore store, StoredEmbeddingOptions options)
        : base(env.Register(nameof(StoredEmbeddingTransformer)))
    {
        _store = store;
        Options = options;
        bool isMean = options.Output == EmbeddingOutput.Mean;
        if (!isMean && !store.IsPerResidue)
            throw new InvalidDataException($"{store.FilePath}: the file has one vector a protein, not one a residue; set Output to Mean or use a per-residue file.");
        _columns = new EmbeddingColumns(options.OutputColumnName, isMean ? null : options.MaskColumnName, isMean ? 1 : options.Length, store.Width);
    }

    /// <summary>The settings it reads with.</summary>
    public StoredEmbeddingOptions Options { get; }

    /// <summary>The file.</summary>
    public string FilePath => _store.FilePath;

    /// <summary>Values of one vector, H.</summary>
    public int Width => _store.Width;

    internal static void CheckInput(IExceptionContext context, SchemaShape.Column column)
    {
        if (!column.IsText())
            throw context.ExceptSchemaMismatch("inputSchema", "input", column.Name, "Text (the accessions)", column.GetTypeString());
    }

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema)
    {
        DataViewSchema.Column input = inputSchema.Find(Host, "input", Options.InputColumnName);
        CheckInput(Host, input.ToShape());
        return new Mapper(this, input.Index);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(JsonSerializer.Serialize(Options, ModelReader.Json));
        ctx.SaveNonEmptyString(Path.GetFullPath(_store.FilePath));
        ctx.Writer.Write(_store.Width);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "PROTSTEM",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(StoredEmbeddingTransformer).Assembly.FullName);

    private static StoredEmbeddingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        StoredEmbeddingOptions options = ReadOptions(env, ctx.LoadNonEmptyString());
        string path = ctx.LoadNonEmptyString();
        int width = ctx.Reader.ReadInt32();
        if (!File.Exists(path) && File.Exists(Path.GetFileName(path)))
            path = Path.GetFileName(path);
        EmbeddingStore store = EmbeddingStore.Open(path);
        if (store.Width == width)
            return new StoredEmbeddingTransformer(env, store, options);

        store.Dispose();
        throw new InvalidDataException($"{path}: the embeddings have {store.Width} values, but the pipeline was made with {width}; use embeddings of the same language model.");
    }

    private static StoredEmbeddingOptions ReadOptions(IExceptionContext context, string json)
    {
        try
        {
            return JsonSerializer.Deserialize<StoredEmbeddingOptions>(json, ModelReader.Json)!.Validate();
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw context.ExceptDecode(error, "The model's stored embedding is damaged.");
        }
    }

    private sealed class Mapper(StoredEmbeddingTransformer parent, int input) : RowMapper(parent, parent._columns.Make())
    {
        protected override IEnumerable<int> Inputs => [input];

        public override Delegate[] CreateGetters(DataViewRow row, Func<int, bool> activeOutput, out Action? disposer)
        {
            disposer = null;
            bool[] active = [.. parent._columns.Make().Select((_, i) => activeOutput(i))];
            if (!active.Contains(true))
                return new Delegate[active.Length];

            ValueGetter<ReadOnlyMemory<char>> accession = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[input]);
            ReadOnlyMemory<char> id = default;
            float[] values = [];
            long read = -1;
            return parent._columns.MakeGetters(_ =>
            {
                if (read != row.Position)
                {
                    accession(ref id);
                    values = parent._store.Read(id.ToString(), parent.Options.Output, parent.Options.Length);
                    read = row.Position;
                }

                return values;
            });
        }
    }
}
