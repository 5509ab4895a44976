using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;
using Subloc.MLNet.TorchSharp.Batching;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Scoring;

[assembly: LoadableClass(typeof(ProteinNetworkTransformer), null, typeof(SignatureLoadModel),
    "Protein Network", ProteinNetworkTransformer.LoaderSignature)]

namespace Subloc.MLNet.TorchSharp.Scoring;

/// <summary>Predicts compartments with a trained network.</summary>
/// <remarks>
/// <para>
/// | Column | Role | Type |
/// |---|---|---|
/// | Features (and Mask, for channels) | input | as in training |
/// | PredictedLabel | output | key with the class names as KeyValues |
/// | Score | output | <c>Vector&lt;Single, classes&gt;</c>: probabilities that add up to 1, with the class names as SlotNames |
/// </para>
/// <para>
/// <see cref="Transform"/> reads blocks of rows ahead on another thread, sorts a block by length and runs few large batches, on a CPU
/// as many at a time as libtorch may use threads; rows come out in order, and memory does not grow with their number. Why a score does
/// not depend on the batch is told at <see cref="Training.ProteinNetworkTrainer"/>. Several threads may use one transformer, without
/// waiting for each other. Dispose it to free the weights.
/// </para>
/// </remarks>
public sealed class ProteinNetworkTransformer
    : RowTransformer, ISingleFeaturePredictionTransformer<ProteinNetworkModel>, ISingleFeaturePredictionTransformer, IDisposable
{
    internal const string LoaderSignature = "ProteinNetwork";

    internal ProteinNetworkTransformer(IHostEnvironment env, ProteinNetworkModel model)
        : base(env.Register(nameof(ProteinNetworkTransformer)))
    {
        Model = model;
    }

    /// <summary>The trained network.</summary>
    public ProteinNetworkModel Model { get; }

    /// <summary>Column that the encoded protein is read from.</summary>
    public string FeatureColumnName => Model.Manifest.FeatureColumnName;

    /// <summary>Type of that column.</summary>
    public DataViewType FeatureColumnType => Model.Manifest.Tokens
        ? new VectorDataViewType(new KeyDataViewType(typeof(byte), Sequences.Alphabet.TokenCount), Model.Shape.Length)
        : Model.Shape.Length == 1
            ? new VectorDataViewType(NumberDataViewType.Single, Model.Shape.Channels)
            : new VectorDataViewType(NumberDataViewType.Single, Model.Shape.Length, Model.Shape.Channels);

    /// <inheritdoc/>
    public override IDataView Transform(IDataView input)
    {
        Host.CheckValue(input, nameof(input));
        return new ScoringDataView(Host, input, Model, FindFeatures(input.Schema));
    }

    /// <summary>Frees the weights; the transformer cannot score afterwards.</summary>
    public void Dispose() => Model.Dispose();

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema) =>
        new Mapper(this, FindFeatures(inputSchema), inputSchema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ModelStore.Save(ctx, Model);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "PROTNETW",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(ProteinNetworkTransformer).Assembly.FullName);

    private static ProteinNetworkTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new ProteinNetworkTransformer(env, ModelStore.Load(env, ctx));
    }

    private FeatureSource FindFeatures(DataViewSchema schema)
    {
        ModelManifest manifest = Model.Manifest;
        var source = FeatureSource.Find(Host, schema, manifest.FeatureColumnName, manifest.MaskColumnName);
        string found = schema[manifest.FeatureColumnName].Type.ToString()!;
        if (source.IsTokens != manifest.Tokens || source.Length != manifest.Length || source.Channels != Model.Shape.Channels && !manifest.Tokens)
            throw Host.ExceptSchemaMismatch(nameof(schema), "feature", manifest.FeatureColumnName, $"{FeatureColumnType}, as in training", found);
        if (manifest.MaskColumnName is { } mask && !source.HasMask)
            throw Host.ExceptSchemaMismatch(nameof(schema), "mask", mask);
        return source;
    }

    private sealed class Mapper(ProteinNetworkTransformer parent, FeatureSource features, DataViewSchema schema)
        : RowMapper(parent, ScoreColumns.Make(parent.Model.ClassNames, schema))
    {
        protected override IEnumerable<int> Inputs => features.Columns.Select(column => column.Index);

        public override Delegate[] CreateGetters(DataViewRow row, Func<int, bool> activeOutput, out Action? disposer)
        {
            disposer = null;
            var getters = new Delegate[2];
            if (!activeOutput(ScoreColumns.PredictedLabel) && !activeOutput(ScoreColumns.Score))
                return getters;

            ProteinSet set = features.MakeSet();
            Action<int> read = features.MakeReader(row, set);
            var scores = new float[parent.Model.Shape.Classes];
            long scored = -1;
            void Score()
            {
                if (scored == row.Position)
                    return;
                set.Clear();
                read(0);
                parent.Model.Score(set, scores);
                scored = row.Position;
            }

            if (activeOutput(ScoreColumns.PredictedLabel))
                getters[ScoreColumns.PredictedLabel] = ScoreGetters.PredictedLabel(Score, () => scores);
            if (activeOutput(ScoreColumns.Score))
                getters[ScoreColumns.Score] = ScoreGetters.Score(Score, () => scores);
            return getters;
        }
    }
}
