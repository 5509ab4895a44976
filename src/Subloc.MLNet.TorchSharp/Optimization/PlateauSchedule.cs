using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>Lowers the learning rate when a metric has not become better for some epochs.</summary>
public sealed record PlateauSchedule : LearningRateSchedule
{
    /// <summary>What to watch. Default the validation loss.</summary>
    public TrainingMetric Metric { get; init; } = TrainingMetric.ValidationLoss;

    /// <summary>Epochs without improvement after which the rate is lowered. Default 5; at least 1.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>Factor of the rate each time. Default 0.5; above 0 and below 1.</summary>
    public double Factor { get; init; } = 0.5;

    /// <summary>Change of the metric above which an epoch counts as an improvement. Default 0; 0 or above.</summary>
    public double MinDelta { get; init; }

    /// <summary>Part of the learning rate that is never gone below. Default 0.001; 0 to below 1.</summary>
    public double Floor { get; init; } = 1e-3;

    /// <summary>1: no step is lowered by its number alone.</summary>
    public override double FactorAt(long index, long count) => 1;

    internal override void Validate()
    {
        Metric.Check(nameof(Metric));
        ArgumentOutOfRangeException.ThrowIfLessThan(Patience, 1);
        if (!(Factor is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(Factor), Factor, "Factor must be above 0 and below 1.");
        Improvement.CheckMinDelta(MinDelta);
        CheckShare(Floor, nameof(Floor));
    }
}
