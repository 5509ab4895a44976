namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Reads and compares metrics of epochs.</summary>
internal static class TrainingMetrics
{
    /// <summary>The metric of an epoch; null if it has none.</summary>
    public static double? Of(this TrainingMetric metric, EpochResult epoch) => metric switch
    {
        TrainingMetric.ValidationLoss => epoch.ValidationLoss,
        TrainingMetric.ValidationAccuracy => epoch.ValidationAccuracy,
        TrainingMetric.ValidationMacroF1 => epoch.ValidationMacroF1,
        TrainingMetric.ValidationGorodkin => epoch.ValidationGorodkin,
        _ => epoch.Loss,
    };

    /// <summary>Whether a value is better than another by more than some difference.</summary>
    public static bool IsBetter(this TrainingMetric metric, double value, double other, double minDelta = 0) =>
        metric is TrainingMetric.ValidationLoss or TrainingMetric.TrainingLoss ? value < other - minDelta : value > other + minDelta;

    /// <summary>Refuses a number that is no metric.</summary>
    public static void Check(this TrainingMetric metric, string name)
    {
        if (!Enum.IsDefined(metric))
            throw new ArgumentOutOfRangeException(name, metric, $"{name} must be one of {string.Join(", ", Enum.GetNames<TrainingMetric>())}.");
    }
}
