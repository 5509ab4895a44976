using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;

namespace Subloc.MLNet.Transforms.Masking;

/// <summary>Finds which positions of an encoded protein hold a residue.</summary>
/// <remarks>
/// <para>
/// | Column | Role | Type |
/// |---|---|---|
/// | Features | input | <c>Vector&lt;Key&lt;Byte&gt;, L&gt;</c> (residue where the key is not missing) or <c>Vector&lt;Single, L, D&gt;</c> (residue where any channel is not zero) |
/// | Mask | output | <c>Vector&lt;Single, L&gt;</c>: 1 on residues, 0 on padding |
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
public sealed class MaskIndicatorEstimator : IEstimator<MaskIndicatorTransformer>
{
    private readonly IHost _host;
    private readonly string _output;
    private readonly string _input;

    internal MaskIndicatorEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName)
    {
        _host = env.Register(nameof(MaskIndicatorEstimator));
        _output = _host.CheckNonEmpty(outputColumnName, nameof(outputColumnName));
        _input = _host.CheckNonEmpty(inputColumnName, nameof(inputColumnName));
    }

    /// <summary>Checks the input column and makes the transformer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not an encoded protein.</exception>
    public MaskIndicatorTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        var transformer = new MaskIndicatorTransformer(_host, _output, _input);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <summary>The schema that the transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or is not an encoded protein.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        MaskIndicatorTransformer.CheckInput(_host, inputSchema.Find(_host, "input", _input));
        return inputSchema.With(new SchemaShape.Column(
            _output, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false));
    }
}
