using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Onnx.Scoring;
using Subloc.MLNet.Transforms.Decisions;
using Subloc.MLNet.Transforms.Encoding;
using Subloc.MLNet.Transforms.Masking;

namespace Subloc.MLNet.Onnx;

/// <summary>Exported models, on <c>mlContext.Transforms</c> and <c>mlContext.Model</c>.</summary>
public static class ProteinOnnxCatalog
{
    /// <summary>Predicts compartments of encoded proteins with an exported model.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="modelPath">The file, as <c>ExportToOnnx</c> or <c>subloc export</c> wrote it; read when it is first needed.</param>
    /// <returns>The estimator.</returns>
    public static ProteinOnnxEstimator ApplyProteinOnnx(this TransformsCatalog catalog, string modelPath) =>
        catalog.ApplyProteinOnnx(modelPath, new ProteinOnnxOptions());

    /// <summary>Predicts compartments of encoded proteins with an exported model.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="modelPath">The file, as <c>ExportToOnnx</c> or <c>subloc export</c> wrote it; read when it is first needed.</param>
    /// <param name="options">Columns, threads, cancellation.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static ProteinOnnxEstimator ApplyProteinOnnx(this TransformsCatalog catalog, string modelPath, ProteinOnnxOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new ProteinOnnxEstimator(catalog.GetEnvironment(), modelPath, options);
    }

    /// <summary>Loads an exported model with the encoding of sequences that it needs, which the file names.</summary>
    /// <param name="catalog">The model catalog.</param>
    /// <param name="modelPath">The file, as <c>ExportToOnnx</c> or <c>subloc export</c> wrote it.</param>
    /// <returns>
    /// A model that reads the column Sequence (Text); where no encoding of sequences makes the model's input, one that reads that input.
    /// Its last transformer is a <see cref="ProteinOnnxTransformer"/>.
    /// </returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an exported model, is damaged, or was made by a newer version.</exception>
    public static TransformerChain<ITransformer> LoadProteinOnnx(this ModelOperationsCatalog catalog, string modelPath)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return catalog.MakePipeline(new OnnxModelContent(ModelReader.Load(modelPath), modelPath), new ProteinOnnxOptions(), ColumnNames.Sequence);
    }

    /// <summary>Makes the pipeline of an exported model that is in memory.</summary>
    /// <param name="catalog">The model catalog.</param>
    /// <param name="content">The model.</param>
    /// <param name="options">How to score with it.</param>
    /// <param name="sequenceColumnName">Text column that holds the residues.</param>
    /// <param name="decision">How to decide by the scores; null leaves that to the scorer.</param>
    internal static TransformerChain<ITransformer> MakePipeline(
        this ModelOperationsCatalog catalog, OnnxModelContent content, ProteinOnnxOptions options, string sequenceColumnName, LocalizationDecisionOptions? decision = null)
    {
        IHostEnvironment env = catalog.GetEnvironment();
        var scorer = new ProteinOnnxTransformer(env, new ProteinOnnxModel(content, options.Validate()), content.InputOf(options));
        ITransformer[] last = decision is null ? [] : [new LocalizationDecisionTransformer(env, decision.Validate())];
        return new TransformerChain<ITransformer>([.. MakeEncoders(env, content.Info, sequenceColumnName), scorer, .. last]);
    }

    private static IEnumerable<ITransformer> MakeEncoders(IHostEnvironment env, OnnxModelInfo info, string sequenceColumnName)
    {
        if (info.Encoding is not { } encoding)
            yield break;

        yield return new ProteinEncodingTransformer(env, new ProteinEncodingOptions
        {
            OutputColumnName = info.FeatureColumnName,
            InputColumnName = sequenceColumnName,
            Length = info.Length,
            Keep = info.LengthPolicy,
            Encoding = encoding,
        });
        if (info.MaskColumnName is { } mask)
            yield return new MaskIndicatorTransformer(env, mask, info.FeatureColumnName);
    }
}
