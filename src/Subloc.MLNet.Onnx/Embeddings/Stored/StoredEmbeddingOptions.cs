namespace Subloc.MLNet.Onnx.Embeddings.Stored;

/// <summary>Settings for <see cref="StoredEmbeddingEstimator"/>.</summary>
public sealed record StoredEmbeddingOptions
{
    /// <summary>Column that receives the embedding. Default <c>Features</c>.</summary>
    public string OutputColumnName { get; init; } = ColumnNames.Features;

    /// <summary>Text column that holds the accessions by which embeddings are found. Default <c>Id</c>.</summary>
    public string InputColumnName { get; init; } = ColumnNames.Id;

    /// <summary>Column that receives the mask of a per-residue embedding. Default <c>Mask</c>.</summary>
    public string MaskColumnName { get; init; } = ColumnNames.Mask;

    /// <summary>What a protein is represented by. Default the mean over its residues.</summary>
    /// <remarks>A file of per-residue embeddings gives either; a file of one vector a protein gives only that.</remarks>
    public EmbeddingOutput Output { get; init; } = EmbeddingOutput.Mean;

    /// <summary>Positions of a per-residue embedding, L. Default 1000; 1 to 100,000. Of longer proteins both ends are kept.</summary>
    public int Length { get; init; } = 1000;

    internal StoredEmbeddingOptions Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(OutputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(InputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(MaskColumnName);
        if (MaskColumnName == OutputColumnName)
            throw new ArgumentOutOfRangeException(nameof(MaskColumnName), MaskColumnName, "MaskColumnName must differ from OutputColumnName.");
        if (!Enum.IsDefined(Output))
            throw new ArgumentOutOfRangeException(nameof(Output), Output, "Output must be Mean or PerResidue.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Length, Transforms.Encoding.ProteinEncodingOptions.MaximumLength);
        return this;
    }
}
