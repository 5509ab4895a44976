using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Scoring;
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
/// | Attention | output, of networks that have it | <c>Vector&lt;Single, L&gt;</c>: weights that add up to 1 over the residues, zero on padding |
/// </para>
/// <para>
/// <see cref="ProteinScoringTransformer.Transform"/> reads blocks of rows ahead on another thread, sorts a block by length and runs few large batches, on a CPU
/// as many at a time as libtorch may use threads; rows come out in order, and memory does not grow with their number. Why a score does
/// not depend on the batch is told at <see cref="Training.ProteinNetworkTrainer"/>. Several threads may use one transformer, without
/// waiting for each other. Dispose it to free the weights.
/// </para>
/// </remarks>
public sealed class ProteinNetworkTransformer
    : ProteinScoringTransformer, ISingleFeaturePredictionTransformer<ProteinNetworkModel>, ISingleFeaturePredictionTransformer
{
    internal const string LoaderSignature = "ProteinNetwork";

    internal ProteinNetworkTransformer(IHostEnvironment env, ProteinNetworkModel model)
        : base(env.Register(nameof(ProteinNetworkTransformer)), model, InputOf(model))
    {
        Model = model;
    }

    /// <summary>The trained network.</summary>
    public ProteinNetworkModel Model { get; }

    private protected override void DisposeModel() => Model.Dispose();

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ModelStore.Save(ctx, Model);
    }

    private static EncodedInput InputOf(ProteinNetworkModel model)
    {
        ModelManifest manifest = model.Manifest;
        return new EncodedInput(manifest.FeatureColumnName, manifest.MaskColumnName, manifest.Tokens, manifest.Length, manifest.Channels);
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
}
