using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Onnx;
using Subloc.MLNet.Onnx.Cards;
using Subloc.MLNet.Onnx.Scoring;
using Subloc.MLNet.Transforms.Decisions;

namespace Subloc.MLNet.Pretrained;

/// <summary>The model that comes with this package: it locates proteins without training, and without libtorch.</summary>
/// <remarks>
/// What it was trained on, how often it is right for each compartment, and what it must not be used for is told by <see cref="ReadCard"/>
/// and by the package's file MODEL_CARD.md.
/// </remarks>
public static class ProteinLocalizer
{
    /// <summary>Loads the pretrained model.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="options">Columns, threshold, threads; the defaults where null.</param>
    /// <returns>
    /// A model that reads the column Sequence (Text) and adds PredictedLabel (Text), Confidence (Single: the largest probability) and Score
    /// (<c>Vector&lt;Single, compartments&gt;</c> with SlotNames); beside them the encoded protein, Features. Save it with
    /// <c>mlContext.Model.Save</c>, on its own or as a part of a pipeline; dispose it to free the weights.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">ONNX Runtime cannot be loaded on this system.</exception>
    public static TransformerChain<ITransformer> LoadPretrained(MLContext mlContext, ProteinLocalizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        options = (options ?? new ProteinLocalizerOptions()).Validate();
        var scoring = new ProteinOnnxOptions { Threads = options.Threads, CancellationToken = options.CancellationToken };
        var decision = new LocalizationDecisionOptions { Threshold = options.Threshold };
        return mlContext.Model.MakePipeline(PretrainedModel.Read(options.Quality), scoring, options.SequenceColumnName, decision);
    }

    /// <summary>What the pretrained model says about itself.</summary>
    /// <param name="quality">Which model.</param>
    public static OnnxModelInfo ReadInfo(PretrainedQuality quality = PretrainedQuality.Fast) => PretrainedModel.Read(quality).Info;

    /// <summary>What users should know of the pretrained model before they trust it.</summary>
    /// <param name="quality">Which model.</param>
    public static ModelCard ReadCard(PretrainedQuality quality = PretrainedQuality.Fast) =>
        ModelCard.Read(PretrainedModel.Read(quality).Bytes, PretrainedModel.NameOf(quality))!;
}
