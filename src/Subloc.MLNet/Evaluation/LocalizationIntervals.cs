namespace Subloc.MLNet.Evaluation;

/// <summary>Confidence intervals from the percentile bootstrap over rows.</summary>
/// <remarks>
/// Rows are drawn as if they were independent. Related proteins are not, so over a set with large families the intervals are
/// too narrow; and they say nothing about the spread between trainings. Efron and Tibshirani, An Introduction to the Bootstrap
/// (1993), chapter 13.
/// </remarks>
public sealed record LocalizationIntervals
{
    /// <summary>Interval of the accuracy.</summary>
    public required ConfidenceInterval Accuracy { get; init; }

    /// <summary>Interval of the macro F1, in each resample the mean over the classes that occur in it.</summary>
    public required ConfidenceInterval MacroF1 { get; init; }

    /// <summary>Interval of Gorodkin's R_K.</summary>
    public required ConfidenceInterval Gorodkin { get; init; }

    /// <summary>Number of resamples.</summary>
    public required int Resamples { get; init; }
}
