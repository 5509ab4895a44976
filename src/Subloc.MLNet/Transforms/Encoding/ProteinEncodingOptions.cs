namespace Subloc.MLNet.Transforms.Encoding;

/// <summary>Settings for <see cref="ProteinEncodingEstimator"/>.</summary>
public sealed record ProteinEncodingOptions
{
    /// <summary>Largest <see cref="Length"/> that is accepted: 100,000 positions.</summary>
    public const int MaximumLength = 100_000;

    /// <summary>Column that receives the encoded protein. Default <c>Features</c>.</summary>
    public string OutputColumnName { get; init; } = ColumnNames.Features;

    /// <summary>Text column that holds the residues. Default <c>Sequence</c>.</summary>
    public string InputColumnName { get; init; } = ColumnNames.Sequence;

    /// <summary>Positions of the encoded protein, L. Default 1000; 1 to 100,000. Shorter sequences are padded at the end.</summary>
    public int Length { get; init; } = 1000;

    /// <summary>Which residues of a longer sequence are kept. Default both ends.</summary>
    public SequenceEnds Keep { get; init; } = SequenceEnds.Both;

    /// <summary>How residues become numbers. Default tokens.</summary>
    public ProteinEncoding Encoding { get; init; } = ProteinEncoding.Tokens;

    internal ProteinEncodingOptions Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(OutputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(InputColumnName);
        ArgumentOutOfRangeException.ThrowIfLessThan(Length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Length, MaximumLength);
        if (!Enum.IsDefined(Keep))
            throw new ArgumentOutOfRangeException(nameof(Keep), Keep, "Keep must be Both, Start or End.");
        if (!Enum.IsDefined(Encoding))
            throw new ArgumentOutOfRangeException(nameof(Encoding), Encoding, "Encoding must be Tokens, OneHot or Blosum62.");
        return this;
    }
}
