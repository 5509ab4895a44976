using System.Text.Json.Serialization;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>Settings for <see cref="ProteinEmbeddingEstimator"/>.</summary>
public sealed record ProteinEmbeddingOptions
{
    /// <summary>Column that receives the embedding. Default <c>Features</c>.</summary>
    public string OutputColumnName { get; init; } = ColumnNames.Features;

    /// <summary>Text column that holds the residues. Default <c>Sequence</c>.</summary>
    public string InputColumnName { get; init; } = ColumnNames.Sequence;

    /// <summary>Column that receives the mask of a per-residue embedding. Default <c>Mask</c>.</summary>
    public string MaskColumnName { get; init; } = ColumnNames.Mask;

    /// <summary>What a protein is represented by. Default the mean over its residues.</summary>
    public EmbeddingOutput Output { get; init; } = EmbeddingOutput.Mean;

    /// <summary>Positions of a per-residue embedding, L. Default 1000; 1 to 100,000. Of longer proteins both ends are kept.</summary>
    public int Length { get; init; } = 1000;

    /// <summary>The model's tokens. Default: told by the model.</summary>
    public LanguageModelVocabulary Vocabulary { get; init; } = LanguageModelVocabulary.Auto;

    /// <summary>Residues that the model reads at once, special tokens aside. Default 1022, as in the training of ESM-2; at least 1.</summary>
    public int MaxResidues { get; init; } = 1022;

    /// <summary>What becomes of longer sequences. Default: both ends are kept.</summary>
    public LongSequences LongSequences { get; init; } = LongSequences.KeepEnds;

    /// <summary>Residues that two neighbouring windows share. Default 256; at least 0, below <see cref="MaxResidues"/>.</summary>
    public int WindowOverlap { get; init; } = 256;

    /// <summary>Tokens of a batch at most, padding included, unless one protein has more. Default 1024; at least 1.</summary>
    /// <remarks>On a CPU larger batches are slower: their attention no longer fits into the processor's caches.</remarks>
    public int BatchTokens { get; init; } = 1024;

    /// <summary>Threads that compute one batch. Default 0: all cores.</summary>
    public int Threads { get; init; }

    /// <summary>Whether the language model's bytes are saved inside the pipeline's file. Default false: its path and SHA-256 are.</summary>
    public bool StoreModel { get; init; }

    /// <summary>
    /// Folder in which embeddings are kept, so that no protein is computed twice; several processes may share it. Default null: none.
    /// Not saved with the pipeline; see <see cref="ProteinEmbeddingTransformer.CacheFolder"/>.
    /// </summary>
    [JsonIgnore]
    public string? CacheFolder { get; init; }

    /// <summary>Ends the reading of embedded rows when cancelled; asked before each batch. Default none; not saved.</summary>
    [JsonIgnore]
    public CancellationToken CancellationToken { get; init; }

    internal ProteinEmbeddingOptions Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(OutputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(InputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(MaskColumnName);
        if (MaskColumnName == OutputColumnName)
            throw new ArgumentOutOfRangeException(nameof(MaskColumnName), MaskColumnName, "MaskColumnName must differ from OutputColumnName.");
        if (!Enum.IsDefined(Output))
            throw new ArgumentOutOfRangeException(nameof(Output), Output, "Output must be Mean or PerResidue.");
        if (!Enum.IsDefined(Vocabulary))
            throw new ArgumentOutOfRangeException(nameof(Vocabulary), Vocabulary, "Vocabulary must be Auto, Esm2 or ProtBert.");
        if (!Enum.IsDefined(LongSequences))
            throw new ArgumentOutOfRangeException(nameof(LongSequences), LongSequences, "LongSequences must be KeepEnds, Windows or Refuse.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Length, Transforms.Encoding.ProteinEncodingOptions.MaximumLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxResidues, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(WindowOverlap);
        if (LongSequences == LongSequences.Windows)
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(WindowOverlap, MaxResidues);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
        if (CacheFolder is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(CacheFolder);
        return this;
    }
}
