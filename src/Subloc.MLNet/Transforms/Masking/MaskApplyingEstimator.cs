using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;

namespace Subloc.MLNet.Transforms.Masking;

/// <summary>Multiplies every channel of a position by the mask there, so that masked positions are zero.</summary>
/// <remarks>
/// <para>
/// | Column | Role | Type |
/// |---|---|---|
/// | Features | input and output | <c>Vector&lt;Single, L, D&gt;</c> |
/// | Mask | input | <c>Vector&lt;Single, L&gt;</c>, 0 to 1 |
/// </para>
/// <para>
/// | Trait | |
/// |---|---|
/// | Needs to look at the data to fit | No |
/// | Input must be normalised | No |
/// | Exportable to ONNX | No |
/// | Disposable | No |
/// </para>
/// </remarks>
public sealed class MaskApplyingEstimator : IEstimator<MaskApplyingTransformer>
{
    private readonly IHost _host;
    private readonly string _output;
    private readonly string _input;
    private readonly string _mask;

    internal MaskApplyingEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName, string maskColumnName)
    {
        _host = env.Register(nameof(MaskApplyingEstimator));
        _output = _host.CheckNonEmpty(outputColumnName, nameof(outputColumnName));
        _input = _host.CheckNonEmpty(inputColumnName, nameof(inputColumnName));
        _mask = _host.CheckNonEmpty(maskColumnName, nameof(maskColumnName));
    }

    /// <summary>Checks the input columns and makes the transformer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, has another type, or the lengths differ.</exception>
    public MaskApplyingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        var transformer = new MaskApplyingTransformer(_host, _output, _input, _mask);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <summary>The schema that the transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        MaskApplyingTransformer.CheckInput(_host, inputSchema.Find(_host, "input", _input));
        MaskApplyingTransformer.CheckInput(_host, inputSchema.Find(_host, "mask", _mask));
        return inputSchema.With(new SchemaShape.Column(
            _output, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false));
    }
}
