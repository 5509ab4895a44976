using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>Embeds proteins with a pretrained language model, ESM-2 or ProtBERT, that was exported to ONNX.</summary>
/// <remarks>
/// <para>
/// | Column | Role | Type |
/// |---|---|---|
/// | Sequence | input | Text |
/// | Features | output | <c>Vector&lt;Single, H&gt;</c> (Mean), or <c>Vector&lt;Single, L, H&gt;</c> (PerResidue) |
/// | Mask | output, PerResidue only | <c>Vector&lt;Single, L&gt;</c>: 1 on residues, 0 on padding |
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
/// The model has Hugging Face's layout: inputs <c>input_ids</c>, <c>attention_mask</c> and at most <c>token_type_ids</c> (int64, [batch,
/// tokens]), output <c>last_hidden_state</c> (float32, [batch, tokens, H]). This command, of the Python package optimum, makes such a file:
/// <c>optimum-cli export onnx --model facebook/esm2_t6_8M_UR50D --task feature-extraction esm2_t6_8M</c>, and likewise with
/// <c>--model Rostlab/prot_bert</c>; the file is <c>model.onnx</c> in the folder named last, with its weights beside it where they take more
/// than 2 GiB. Lower case is read as upper, a stop at the end is dropped and one inside read as X, as in EncodeProtein. ESM-2: Lin et al.,
/// Science 379 (2023), 1123-1130. ProtBERT: Elnaggar et al., IEEE Trans. Pattern Anal. Mach. Intell. 44 (2022), 7112-7127.
/// </para>
/// </remarks>
public sealed class ProteinEmbeddingEstimator : IEstimator<ProteinEmbeddingTransformer>
{
    private readonly IHost _host;
    private readonly ProteinEmbeddingOptions _options;
    private readonly Lazy<LanguageModel> _model;

    internal ProteinEmbeddingEstimator(IHostEnvironment env, string modelPath, ProteinEmbeddingOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(modelPath);
        _host = env.Register(nameof(ProteinEmbeddingEstimator));
        _options = options.Validate();

        // One session for all fits, of the folds of a cross-validation say.
        _model = new Lazy<LanguageModel>(() => LanguageModel.Open(modelPath, _options), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>Opens the language model, checks the input column and makes the transformer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The sequence column is missing or is not Text.</exception>
    /// <exception cref="FileNotFoundException">There is no such language model.</exception>
    /// <exception cref="InvalidDataException">The language model is damaged or has another layout.</exception>
    public ProteinEmbeddingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        ProteinEmbeddingTransformer.CheckInput(_host, input.Schema.Find(_host, "input", _options.InputColumnName).ToShape());
        return new ProteinEmbeddingTransformer(_host, _model.Value, _options);
    }

    /// <summary>The schema that the transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The sequence column is missing or is not Text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        ProteinEmbeddingTransformer.CheckInput(_host, inputSchema.Find(_host, "input", _options.InputColumnName));
        return inputSchema.With(EmbeddingColumns.Promise(
            _options.OutputColumnName, _options.Output == EmbeddingOutput.Mean ? null : _options.MaskColumnName));
    }
}
