using System.Text.Json.Nodes;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Counts the epochs since a metric last became better.</summary>
/// <param name="metric">What is watched.</param>
/// <param name="minDelta">Change above which an epoch counts as better.</param>
internal sealed class Improvement(TrainingMetric metric, double minDelta)
{
    private double? _best;

    /// <summary>Epochs since the last improvement, or since they were forgotten; 0 where the metric has no values.</summary>
    public int EpochsWithout { get; private set; }

    /// <summary>Refuses a difference that is negative or no number.</summary>
    public static double CheckMinDelta(double minDelta) => minDelta >= 0 && double.IsFinite(minDelta)
        ? minDelta
        : throw new ArgumentOutOfRangeException(nameof(minDelta), minDelta, "MinDelta must be 0 or above.");

    /// <summary>Looks at the newest epoch.</summary>
    public void Update(EpochResult epoch)
    {
        if (metric.Of(epoch) is not { } value)
            return;

        if (_best is { } best && !metric.IsBetter(value, best, minDelta))
        {
            EpochsWithout++;
            return;
        }

        _best = value;
        EpochsWithout = 0;
    }

    /// <summary>Forgets everything, as before the first epoch.</summary>
    public void Reset() => (_best, EpochsWithout) = (null, 0);

    /// <summary>Starts the count again; the best value stays.</summary>
    public void ForgetEpochs() => EpochsWithout = 0;

    /// <inheritdoc cref="ITrainingCallback.SaveState"/>
    public JsonNode SaveState() => new JsonObject { ["best"] = _best, ["epochsWithout"] = EpochsWithout };

    /// <inheritdoc cref="ITrainingCallback.RestoreState"/>
    public void RestoreState(JsonNode state)
    {
        _best = (double?)state["best"];
        EpochsWithout = (int)state["epochsWithout"]!;
    }
}
