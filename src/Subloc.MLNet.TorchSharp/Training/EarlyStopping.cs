using System.Text.Json.Nodes;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Ends a run when a metric has not become better for a number of epochs.</summary>
/// <remarks>Without validation rows, a metric of theirs ends no run.</remarks>
public sealed class EarlyStopping : ITrainingCallback
{
    private readonly Improvement _improvement;

    /// <param name="patience">Epochs without improvement after which the run ends; at least 1.</param>
    /// <param name="metric">What is watched.</param>
    /// <param name="minDelta">Change of the metric above which an epoch counts as an improvement; 0 or above.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public EarlyStopping(int patience, TrainingMetric metric = TrainingMetric.ValidationLoss, double minDelta = 0)
    {
        if (patience < 1)
            throw new ArgumentOutOfRangeException(nameof(patience), patience, "Patience must be at least 1 epoch.");
        metric.Check(nameof(metric));
        (Patience, Metric, MinDelta) = (patience, metric, Improvement.CheckMinDelta(minDelta));
        _improvement = new Improvement(metric, minDelta);
    }

    /// <summary>Epochs without improvement after which the run ends.</summary>
    public int Patience { get; }

    /// <summary>What is watched.</summary>
    public TrainingMetric Metric { get; }

    /// <summary>Change of the metric above which an epoch counts as an improvement.</summary>
    public double MinDelta { get; }

    /// <inheritdoc/>
    public void OnTrainingStart(TrainingRun run) => _improvement.Reset();

    /// <inheritdoc/>
    public void OnEpochEnd(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _improvement.Update(run.History[^1]);
        if (_improvement.EpochsWithout >= Patience)
            run.Stop();
    }

    /// <inheritdoc/>
    public JsonNode? SaveState() => _improvement.SaveState();

    /// <inheritdoc/>
    public void RestoreState(JsonNode state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _improvement.RestoreState(state);
    }
}
