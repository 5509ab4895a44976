namespace Subloc.MLNet.Pretrained;

/// <summary>Settings for <see cref="ProteinLocalizer"/>.</summary>
public sealed record ProteinLocalizerOptions
{
    /// <summary>Text column that holds the residues. Default <c>Sequence</c>.</summary>
    public string SequenceColumnName { get; init; } = ColumnNames.Sequence;

    /// <summary>Confidence below which <c>uncertain</c> is predicted. Default 0, never; 0 to 1.</summary>
    public float Threshold { get; init; }

    /// <summary>Batches that are scored at the same time, each by one thread. Default 0, one for each processor; not saved with the model.</summary>
    public int Threads { get; init; }

    /// <summary>Which model to use. Default <see cref="PretrainedQuality.Fast"/>.</summary>
    public PretrainedQuality Quality { get; init; }

    /// <summary>Ends the reading of scored views when cancelled. Default none; not saved with the model.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal ProteinLocalizerOptions Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(SequenceColumnName);
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
        if (Threshold is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(Threshold), Threshold, "Threshold must be from 0 to 1.");
        if (!Enum.IsDefined(Quality))
            throw new ArgumentOutOfRangeException(nameof(Quality), Quality, "Quality must be Fast or Best.");
        return this;
    }
}
