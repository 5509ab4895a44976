namespace Subloc.MLNet.Onnx.Scoring;

/// <summary>Settings for <see cref="ProteinOnnxEstimator"/>.</summary>
public sealed record ProteinOnnxOptions
{
    /// <summary>Column of the encoded protein. Default null: the one that the model was trained on, usually <c>Features</c>.</summary>
    public string? FeatureColumnName { get; init; }

    /// <summary>Column of the mask, for models of channels that have one. Default null: the one that the model was trained on.</summary>
    public string? MaskColumnName { get; init; }

    /// <summary>Batches that are scored at the same time, each by one thread. Default 0, one for each processor; not saved with the model.</summary>
    public int Threads { get; init; }

    /// <summary>Ends the reading of scored views when cancelled. Default none; not saved with the model.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal ProteinOnnxOptions Validate()
    {
        if (FeatureColumnName is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(FeatureColumnName);
        if (MaskColumnName is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(MaskColumnName);
        ArgumentOutOfRangeException.ThrowIfNegative(Threads);
        return this;
    }
}
