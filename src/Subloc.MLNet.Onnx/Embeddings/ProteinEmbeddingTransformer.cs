using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Blocks;
using Subloc.MLNet.FirstClass;
using Subloc.MLNet.Onnx.Embeddings;
using Subloc.MLNet.Onnx.Export;

[assembly: LoadableClass(typeof(ProteinEmbeddingTransformer), null, typeof(SignatureLoadModel),
    "Protein Embedding", ProteinEmbeddingTransformer.LoaderSignature)]

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>Embeds proteins with a language model; made by <see cref="ProteinEmbeddingEstimator"/> or loaded from a model.</summary>
/// <remarks>
/// <para>
/// <see cref="Transform"/> reads blocks of rows ahead on another thread, computes each in batches of similar length, and hands the rows
/// out in order. Every pass over its rows computes them again unless <see cref="CacheFolder"/> is set or the view is cached. Several
/// threads may use one transformer. The language model's memory is freed with the last transformer that uses it.
/// </para>
/// <para>
/// Saved with its pipeline are the settings and either the language model itself or its path and SHA-256. Where the path does not exist
/// when the pipeline is loaded, a file of that name is looked for in the folder that the environment variable
/// <c>SUBLOC_LANGUAGE_MODELS</c> names. A file of other content is refused.
/// </para>
/// </remarks>
public sealed class ProteinEmbeddingTransformer : RowTransformer
{
    internal const string LoaderSignature = "ProteinEmbedding";
    internal const string FolderVariable = "SUBLOC_LANGUAGE_MODELS";

    private const string ModelFile = "language-model.onnx";

    private readonly LanguageModel _model;
    private readonly Lock _use = new();
    private EmbeddingCache? _cache;

    internal ProteinEmbeddingTransformer(IHostEnvironment env, LanguageModel model, ProteinEmbeddingOptions options)
        : base(env.Register(nameof(ProteinEmbeddingTransformer)))
    {
        _model = model;
        Options = options;
        CacheFolder = options.CacheFolder;
        Cancellation = options.CancellationToken;
        Embedder = new ProteinEmbedder(model, options);
        bool isMean = options.Output == EmbeddingOutput.Mean;
        Columns = new EmbeddingColumns(options.OutputColumnName, isMean ? null : options.MaskColumnName, isMean ? 1 : options.Length, model.Width);
    }

    /// <summary>The settings it embeds with.</summary>
    public ProteinEmbeddingOptions Options { get; }

    /// <summary>SHA-256 of the language model.</summary>
    public string ModelHash => _model.Hash;

    /// <summary>Values of one vector, H.</summary>
    public int Width => _model.Width;

    /// <summary>The tokens that the language model reads.</summary>
    public LanguageModelVocabulary Vocabulary => _model.Vocabulary.Kind;

    /// <summary>Folder in which embeddings are kept; null for none. At first that of the options; a loaded pipeline has none.</summary>
    public string? CacheFolder { get; set; }

    /// <summary>Ends the reading of embedded rows when cancelled: their cursors throw <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; set; }

    internal ProteinEmbedder Embedder { get; }

    internal EmbeddingColumns Columns { get; }

    /// <summary>Bytes of one row's embedding at most.</summary>
    internal long RowBytes => (long)Columns.Length * Columns.Width * sizeof(float);

    /// <inheritdoc/>
    public override IDataView Transform(IDataView input)
    {
        Host.CheckValue(input, nameof(input));
        return new BlockDataView(Host, input, new EmbeddingWork(this, FindInput(input.Schema)));
    }

    internal static void CheckInput(IExceptionContext context, SchemaShape.Column column)
    {
        if (!column.IsText())
            throw context.ExceptSchemaMismatch("inputSchema", "input", column.Name, "Text (the raw residue letters)", column.GetTypeString());
    }

    /// <summary>Makes a delegate that reads the row's sequence.</summary>
    internal Func<SequenceWindows> MakeReader(DataViewRow row)
    {
        ValueGetter<ReadOnlyMemory<char>> text = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[Options.InputColumnName]);
        ReadOnlyMemory<char> sequence = default;
        return () =>
        {
            text(ref sequence);
            try
            {
                return SequenceWindows.Of(ResidueVocabulary.Check(sequence.Span), Options, Vocabulary);
            }
            catch (InvalidDataException error)
            {
                throw new InvalidDataException($"Column '{Options.InputColumnName}': {error.Message}", error);
            }
        };
    }

    /// <summary>Begins a pass over the cache; null where there is none.</summary>
    internal EmbeddingCachePass? BeginCachePass(Action<string> warn)
    {
        if (CacheFolder is not { } folder)
            return null;
        EmbeddingCache cache;
        lock (_use)
        {
            if (_cache is null || _cache.Root != folder)
                _cache = new EmbeddingCache(folder, _model.Hash);
            cache = _cache;
        }

        return cache.Begin(warn);
    }

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema) => new Mapper(this, FindInput(inputSchema).Index);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(JsonSerializer.Serialize(Options, ModelReader.Json));
        ctx.SaveNonEmptyString(_model.Hash);
        ctx.SaveNonEmptyString(_model.Bytes is null ? Path.GetFullPath(_model.Name) : ModelFile);
        if (_model.Bytes is { } bytes)
            ctx.SaveBinaryStream(ModelFile, writer => writer.Write(bytes));
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "PROTEMBD",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(ProteinEmbeddingTransformer).Assembly.FullName);

    private static ProteinEmbeddingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        ProteinEmbeddingOptions options = ReadOptions(env, ctx.LoadNonEmptyString());
        string hash = ctx.LoadNonEmptyString();
        string path = ctx.LoadNonEmptyString();
        LanguageModel model = options.StoreModel ? LanguageModel.Open(ReadModel(ctx), options) : LanguageModel.Open(FindModel(path, hash), options);
        if (model.Hash != hash)
        {
            throw new InvalidDataException(
                $"{model.Name}: the pipeline was made with the language model of SHA-256 {hash}, but this file has {model.Hash}; put the right one in its place.");
        }

        return new ProteinEmbeddingTransformer(env, model, options);
    }

    private static ProteinEmbeddingOptions ReadOptions(IExceptionContext context, string json)
    {
        try
        {
            return JsonSerializer.Deserialize<ProteinEmbeddingOptions>(json, ModelReader.Json)!.Validate();
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw context.ExceptDecode(error, "The model's protein embedding is damaged.");
        }
    }

    private static string FindModel(string path, string hash)
    {
        if (File.Exists(path))
            return path;

        string name = Path.GetFileName(path);
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder && File.Exists(Path.Combine(folder, name)))
            return Path.Combine(folder, name);
        throw new FileNotFoundException(
            $"{path}: the pipeline needs this language model (SHA-256 {hash}); put it there, or name the folder that holds {name} in the environment variable {FolderVariable}.", path);
    }

    private static byte[] ReadModel(ModelLoadContext ctx)
    {
        byte[]? content = null;
        bool found = ctx.TryLoadBinaryStream(ModelFile, reader =>
        {
            using var buffer = new MemoryStream();
            reader.BaseStream.CopyTo(buffer);
            content = buffer.ToArray();
        });
        return found ? content! : throw new InvalidDataException($"The model lacks its part '{ModelFile}'; save the model again or use another copy.");
    }

    private DataViewSchema.Column FindInput(DataViewSchema schema)
    {
        DataViewSchema.Column input = schema.Find(Host, "input", Options.InputColumnName);
        CheckInput(Host, input.ToShape());
        return input;
    }

    private sealed class Mapper(ProteinEmbeddingTransformer parent, int input) : RowMapper(parent, parent.Columns.Make())
    {
        protected override IEnumerable<int> Inputs => [input];

        public override Delegate[] CreateGetters(DataViewRow row, Func<int, bool> activeOutput, out Action? disposer)
        {
            disposer = null;
            bool[] active = [.. parent.Columns.Make().Select((_, i) => activeOutput(i))];
            if (!active.Contains(true))
                return new Delegate[active.Length];

            Func<SequenceWindows> read = parent.MakeReader(row);
            EmbeddingCachePass? cache = parent.BeginCachePass(_ => { });
            disposer = () => cache?.Dispose();
            float[] values = [];
            long embedded = -1;
            return parent.Columns.MakeGetters(_ =>
            {
                if (embedded != row.Position)
                {
                    values = parent.Embedder.Embed([read()], cache, () => parent.Cancellation.IsCancellationRequested).Values[0];
                    embedded = row.Position;
                }

                return values;
            });
        }
    }
}
