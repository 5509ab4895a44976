using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;

namespace Subloc.MLNet.Transforms.Decisions;

/// <summary>Names the most probable compartment, and says how probable it is.</summary>
/// <remarks>
/// <para>
/// | Column | Role | Type |
/// |---|---|---|
/// | Score | input | <c>Vector&lt;Single, classes&gt;</c>, with the class names as SlotNames |
/// | PredictedLabel | output | Text: a class name, or <c>uncertain</c> where the confidence is below the threshold |
/// | Confidence | output | Single: the largest score |
/// </para>
/// <para>
/// | Trait | |
/// |---|---|
/// | Needs to look at the data to fit | No |
/// | Input must be normalised | Probabilities |
/// | Exportable to ONNX | No |
/// | Disposable | No |
/// </para>
/// </remarks>
public sealed class LocalizationDecisionEstimator : IEstimator<LocalizationDecisionTransformer>
{
    private readonly IHost _host;
    private readonly LocalizationDecisionOptions _options;

    internal LocalizationDecisionEstimator(IHostEnvironment env, LocalizationDecisionOptions options)
    {
        _host = env.Register(nameof(LocalizationDecisionEstimator));
        _options = options.Validate();
    }

    /// <summary>Checks the score column and makes the transformer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The score column is missing, or has another type or no slot names.</exception>
    public LocalizationDecisionTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        var transformer = new LocalizationDecisionTransformer(_host, _options);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <summary>The schema that the transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The score column is missing, or has another type or no slot names.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        SchemaShape.Column score = inputSchema.Find(_host, "score", _options.ScoreColumnName);
        LocalizationDecisionTransformer.CheckInput(_host, score, score.Annotations.Any(note => note.Name == AnnotationUtils.Kinds.SlotNames));
        return inputSchema.With(
            new SchemaShape.Column(_options.PredictedLabelColumnName, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, isKey: false),
            new SchemaShape.Column(_options.ConfidenceColumnName, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, isKey: false));
    }
}
