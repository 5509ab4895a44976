namespace Subloc.MLNet.Evaluation;

/// <summary>Settings of <see cref="LocalizationMetrics"/>.</summary>
public sealed record LocalizationEvaluationOptions
{
    /// <summary>True compartment, Text or a key with text values. Default <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = ColumnNames.Label;

    /// <summary>Probability of each compartment. Default <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = ColumnNames.Score;

    /// <summary>Predicted compartment, Text or a key with text values. Default <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; init; } = ColumnNames.PredictedLabel;

    /// <summary>Training proteins of each class by name, for the baselines. Default null: the evaluated rows are counted instead.</summary>
    /// <remarks>A class that is not named counts 0. A baseline that knows the classes of the evaluated rows is a little too good.</remarks>
    public IReadOnlyDictionary<string, int>? TrainingClassCounts { get; init; }

    /// <summary>Bootstrap resamples behind the intervals. Default 1000; 0 leaves the intervals out.</summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>Seed of the bootstrap. Default 1.</summary>
    public int Seed { get; init; } = 1;

    internal LocalizationEvaluationOptions Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(LabelColumnName, nameof(LabelColumnName));
        ArgumentException.ThrowIfNullOrEmpty(ScoreColumnName, nameof(ScoreColumnName));
        ArgumentException.ThrowIfNullOrEmpty(PredictedLabelColumnName, nameof(PredictedLabelColumnName));
        ArgumentOutOfRangeException.ThrowIfNegative(Resamples, nameof(Resamples));
        return this;
    }
}
