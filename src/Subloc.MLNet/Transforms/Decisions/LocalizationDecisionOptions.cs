namespace Subloc.MLNet.Transforms.Decisions;

/// <summary>Settings for <see cref="LocalizationDecisionEstimator"/>.</summary>
public sealed record LocalizationDecisionOptions
{
    /// <summary>What is predicted where no compartment is probable enough: <c>uncertain</c>.</summary>
    public const string Uncertain = "uncertain";

    /// <summary>Probability of each compartment, with slot names. Default <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = ColumnNames.Score;

    /// <summary>Column that receives the decision. Default <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; init; } = ColumnNames.PredictedLabel;

    /// <summary>Column that receives the largest probability. Default <c>Confidence</c>.</summary>
    public string ConfidenceColumnName { get; init; } = ColumnNames.Confidence;

    /// <summary>Confidence below which <see cref="Uncertain"/> is predicted. Default 0, never; 0 to 1.</summary>
    public float Threshold { get; init; }

    internal LocalizationDecisionOptions Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(ScoreColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(PredictedLabelColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(ConfidenceColumnName);
        if (PredictedLabelColumnName == ConfidenceColumnName)
            throw new ArgumentOutOfRangeException(nameof(ConfidenceColumnName), ConfidenceColumnName, "ConfidenceColumnName must be another name than PredictedLabelColumnName.");
        if (Threshold is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(Threshold), Threshold, "Threshold must be from 0 to 1.");
        return this;
    }
}
