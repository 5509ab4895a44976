using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;
using Subloc.MLNet.Scoring;
using Subloc.MLNet.Transforms.Decisions;

[assembly: LoadableClass(typeof(LocalizationDecisionTransformer), null, typeof(SignatureLoadModel),
    "Localization Decision", LocalizationDecisionTransformer.LoaderSignature)]

namespace Subloc.MLNet.Transforms.Decisions;

/// <summary>Decides on a compartment; made by <see cref="LocalizationDecisionEstimator"/> or loaded from a model.</summary>
public sealed class LocalizationDecisionTransformer : RowTransformer
{
    internal const string LoaderSignature = "LocalizationDecision";
    private const int PredictedLabel = 0;
    private const int Confidence = 1;

    internal LocalizationDecisionTransformer(IHostEnvironment env, LocalizationDecisionOptions options)
        : base(env.Register(nameof(LocalizationDecisionTransformer)))
    {
        Options = options;
    }

    /// <summary>The settings it decides with.</summary>
    public LocalizationDecisionOptions Options { get; }

    internal static void CheckInput(IExceptionContext context, SchemaShape.Column column, bool hasNames)
    {
        if (!column.IsSingles() || !hasNames)
            throw context.ExceptSchemaMismatch("inputSchema", "score", column.Name, "Vector<Single> of known size with slot names", column.GetTypeString());
    }

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema)
    {
        DataViewSchema.Column score = inputSchema.Find(Host, "score", Options.ScoreColumnName);
        CheckInput(Host, score.ToShape(), score.HasSlotNames());
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        return new Mapper(this, score.Index, [.. names.DenseValues()]);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(Options.ScoreColumnName);
        ctx.SaveNonEmptyString(Options.PredictedLabelColumnName);
        ctx.SaveNonEmptyString(Options.ConfidenceColumnName);
        ctx.Writer.Write(Options.Threshold);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "LOCDECID",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(LocalizationDecisionTransformer).Assembly.FullName);

    private static LocalizationDecisionTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var options = new LocalizationDecisionOptions
        {
            ScoreColumnName = ctx.LoadNonEmptyString(),
            PredictedLabelColumnName = ctx.LoadNonEmptyString(),
            ConfidenceColumnName = ctx.LoadNonEmptyString(),
            Threshold = ctx.Reader.ReadSingle(),
        };
        try
        {
            return new LocalizationDecisionTransformer(env, options.Validate());
        }
        catch (ArgumentException error)
        {
            throw env.ExceptDecode(error, "The model's decision is damaged.");
        }
    }

    private static DataViewSchema.DetachedColumn[] MakeOutputs(LocalizationDecisionOptions options) =>
    [
        new(options.PredictedLabelColumnName, TextDataViewType.Instance),
        new(options.ConfidenceColumnName, NumberDataViewType.Single),
    ];

    private sealed class Mapper(LocalizationDecisionTransformer parent, int score, ReadOnlyMemory<char>[] names) : RowMapper(parent, MakeOutputs(parent.Options))
    {
        private static readonly ReadOnlyMemory<char> _uncertain = LocalizationDecisionOptions.Uncertain.AsMemory();

        protected override IEnumerable<int> Inputs => [score];

        public override Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action? disposer)
        {
            disposer = null;
            var getters = new Delegate[2];
            if (activeOutput(PredictedLabel))
                getters[PredictedLabel] = MakeDecision(input);
            if (activeOutput(Confidence))
                getters[Confidence] = MakeConfidence(input);
            return getters;
        }

        private ValueGetter<ReadOnlyMemory<char>> MakeDecision(DataViewRow row)
        {
            ValueGetter<VBuffer<float>> read = row.GetGetter<VBuffer<float>>(row.Schema[score]);
            VBuffer<float> scores = default, dense = default;
            float threshold = parent.Options.Threshold;
            return (ref ReadOnlyMemory<char> value) =>
            {
                read(ref scores);
                ReadOnlySpan<float> all = Dense(scores, ref dense);
                int best = ScoreColumns.ArgMax(all);
                value = all[best] < threshold ? _uncertain : names[best];
            };
        }

        private ValueGetter<float> MakeConfidence(DataViewRow row)
        {
            ValueGetter<VBuffer<float>> read = row.GetGetter<VBuffer<float>>(row.Schema[score]);
            VBuffer<float> scores = default, dense = default;
            return (ref float value) =>
            {
                read(ref scores);
                ReadOnlySpan<float> all = Dense(scores, ref dense);
                value = all[ScoreColumns.ArgMax(all)];
            };
        }

        private static ReadOnlySpan<float> Dense(in VBuffer<float> scores, ref VBuffer<float> dense)
        {
            if (scores.IsDense)
                return scores.GetValues();
            scores.CopyToDense(ref dense);
            return dense.GetValues();
        }
    }
}
