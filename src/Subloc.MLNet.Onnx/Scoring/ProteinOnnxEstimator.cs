using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Scoring;

namespace Subloc.MLNet.Onnx.Scoring;

/// <summary>Predicts compartments with an exported model, on ONNX Runtime; neither TorchSharp nor libtorch is needed.</summary>
/// <remarks>
/// <para>
/// | Column | Role | Type |
/// |---|---|---|
/// | Features (and Mask, for channels) | input | as in training |
/// | PredictedLabel | output | key with the class names as KeyValues |
/// | Score | output | <c>Vector&lt;Single, classes&gt;</c>: probabilities that add up to 1, with the class names as SlotNames |
/// | Attention | output, of networks that have it | <c>Vector&lt;Single, L&gt;</c>, zero on padding |
/// </para>
/// <para>
/// | Trait | |
/// |---|---|
/// | Needs to look at the data to fit | No |
/// | Input must be normalised | No |
/// | Exportable to ONNX | It is one |
/// | Disposable | The transformer |
/// </para>
/// <para>
/// The file is read when it is first needed, and saved with the transformer. It must be one that this library exported: what it says about
/// itself (<see cref="OnnxModelInfo"/>) names classes and columns. Nothing in it is executed but operators of ONNX Runtime, and no
/// other file is read on its behalf.
/// </para>
/// </remarks>
public sealed class ProteinOnnxEstimator : IEstimator<ProteinOnnxTransformer>
{
    private readonly IHost _host;
    private readonly ProteinOnnxOptions _options;
    private readonly Lazy<OnnxModelContent> _content;

    internal ProteinOnnxEstimator(IHostEnvironment env, string modelPath, ProteinOnnxOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        _host = env.Register(nameof(ProteinOnnxEstimator));
        _options = options.Validate();

        // A file that cannot be read may be there when it is asked for again.
        _content = new Lazy<OnnxModelContent>(() => new OnnxModelContent(ModelReader.Load(modelPath), modelPath), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>Loads the model and checks the columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an exported model, is damaged, or was made by a newer version.</exception>
    public ProteinOnnxTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        EncodedInput columns = _content.Value.InputOf(_options);
        columns.Find(_host, input.Schema);
        return new ProteinOnnxTransformer(_host, new ProteinOnnxModel(_content.Value, _options), columns);
    }

    /// <summary>The schema that the transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has a wrong type.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an exported model, is damaged, or was made by a newer version.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        _content.Value.InputOf(_options).Check(_host, inputSchema);
        return inputSchema.With(ScoreColumns.MakeShape(_content.Value.HasAttention));
    }
}
