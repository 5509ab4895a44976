using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;

namespace Subloc.MLNet.Transforms.Encoding;

/// <summary>Encodes a protein's residues as a vector of fixed length.</summary>
/// <remarks>
/// <para>
/// | Column | Role | Type |
/// |---|---|---|
/// | Sequence | input | Text |
/// | Features | output | <c>Vector&lt;Key&lt;Byte&gt;, L&gt;</c> (Tokens), or <c>Vector&lt;Single, L, 20&gt;</c> (OneHot, Blosum62) |
/// </para>
/// <para>
/// | Trait | |
/// |---|---|
/// | Needs to look at the data to fit | No |
/// | Input must be normalised | No |
/// | Exportable to ONNX | No |
/// | Disposable | No |
/// </para>
/// <para>
/// The letters and their meaning are those of <see cref="Sequences.Alphabet"/>. A sequence longer than L keeps both ends by
/// default. An empty sequence or a foreign character raises an <see cref="InvalidDataException"/> when the row is read.
/// </para>
/// </remarks>
public sealed class ProteinEncodingEstimator : IEstimator<ProteinEncodingTransformer>
{
    private readonly IHost _host;
    private readonly ProteinEncodingOptions _options;

    internal ProteinEncodingEstimator(IHostEnvironment env, ProteinEncodingOptions options)
    {
        _host = env.Register(nameof(ProteinEncodingEstimator));
        _options = options.Validate();
    }

    /// <summary>Checks the input column and makes the transformer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The sequence column is missing or is not Text.</exception>
    public ProteinEncodingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        var transformer = new ProteinEncodingTransformer(_host, _options);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <summary>The schema that the transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The sequence column is missing or is not Text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        ProteinEncodingTransformer.CheckInput(_host, inputSchema.Find(_host, "input", _options.InputColumnName));
        bool tokens = _options.Encoding == ProteinEncoding.Tokens;
        var letters = new SchemaShape.Column(
            AnnotationUtils.Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, isKey: false);
        return inputSchema.With(new SchemaShape.Column(
            _options.OutputColumnName,
            SchemaShape.Column.VectorKind.Vector,
            tokens ? NumberDataViewType.Byte : NumberDataViewType.Single,
            isKey: tokens,
            tokens ? new SchemaShape([letters]) : null));
    }
}
