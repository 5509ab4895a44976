using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;
using Subloc.MLNet.Onnx.Scoring;
using Subloc.MLNet.Scoring;

[assembly: LoadableClass(typeof(ProteinOnnxTransformer), null, typeof(SignatureLoadModel),
    "Protein ONNX", ProteinOnnxTransformer.LoaderSignature)]

namespace Subloc.MLNet.Onnx.Scoring;

/// <summary>Predicts compartments with an exported model; made by <see cref="ProteinOnnxEstimator"/> or loaded from a model.</summary>
/// <remarks>
/// <para>
/// <see cref="ProteinScoringTransformer.Transform"/> reads blocks of rows ahead on another thread, sorts a block by length and runs few
/// large batches, as many at a time as <see cref="ProteinOnnxModel.Threads"/> says; rows come out in order, and memory does not grow with
/// their number. Several threads may use one transformer, without waiting for each other. Dispose it to free the weights.
/// </para>
/// </remarks>
public sealed class ProteinOnnxTransformer : ProteinScoringTransformer
{
    internal const string LoaderSignature = "ProteinOnnx";
    private const string ModelPart = "model.onnx";

    internal ProteinOnnxTransformer(IHostEnvironment env, ProteinOnnxModel model, EncodedInput input)
        : base(env.Register(nameof(ProteinOnnxTransformer)), model, input)
    {
        Model = model;
    }

    /// <summary>The exported model.</summary>
    public ProteinOnnxModel Model { get; }

    private protected override void DisposeModel() => Model.Dispose();

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(ModelParts.Hash(Model.Content.Bytes));
        ctx.SaveNonEmptyString(Input.FeatureColumnName);
        ctx.Writer.Write(Input.MaskColumnName ?? "");
        ctx.SaveBinaryStream(ModelPart, writer => writer.Write(Model.Content.Bytes));
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "PROTONNX",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(ProteinOnnxTransformer).Assembly.FullName);

    private static ProteinOnnxTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        string hash = ctx.LoadNonEmptyString();
        string features = ctx.LoadNonEmptyString();
        string mask = ctx.Reader.ReadString();
        byte[] bytes = ModelParts.Read(ctx, ModelPart, Array.MaxLength);
        if (ModelParts.Hash(bytes) != hash)
            throw new InvalidDataException("The model's ONNX part was changed or damaged; save the model again or use another copy.");

        var options = new ProteinOnnxOptions { FeatureColumnName = features, MaskColumnName = mask.Length == 0 ? null : mask };
        var model = new ProteinOnnxModel(new OnnxModelContent(bytes, ModelPart), options);
        return new ProteinOnnxTransformer(env, model, model.Content.InputOf(options));
    }
}
