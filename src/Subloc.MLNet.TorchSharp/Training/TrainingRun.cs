namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>State of a training run, as callbacks see it.</summary>
public sealed class TrainingRun
{
    private readonly List<EpochResult> _history = [];

    internal TrainingRun(int epochs, int rows, int validationRows, int batches)
    {
        Epochs = epochs;
        Rows = rows;
        ValidationRows = validationRows;
        BatchesPerEpoch = batches;
    }

    /// <summary>Largest number of epochs that will be run.</summary>
    public int Epochs { get; }

    /// <summary>Rows that are learned from.</summary>
    public int Rows { get; }

    /// <summary>Rows split off for early stopping; 0 without validation.</summary>
    public int ValidationRows { get; }

    /// <summary>Batches in one epoch.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>Number of the epoch in progress, from 1.</summary>
    public int Epoch { get; internal set; }

    /// <summary>Batches of this epoch that were learned from.</summary>
    public int Batch { get; internal set; }

    /// <summary>Mean loss of this epoch so far, as <see cref="EpochResult.Loss"/> means it.</summary>
    public double Loss { get; internal set; }

    /// <summary>Share of this epoch's rows predicted rightly so far, 0 to 1.</summary>
    public double Accuracy { get; internal set; }

    /// <summary>Results of the epochs that ended, oldest first.</summary>
    public IReadOnlyList<EpochResult> History => _history;

    /// <summary>Learning rate of the newest step; 0 before the first.</summary>
    public double LearningRate { get; internal set; }

    /// <summary>What the best epoch is chosen by.</summary>
    public TrainingMetric Metric { get; internal init; }

    /// <summary>
    /// The epoch whose weights are the best so far by <see cref="Metric"/>, the earliest of equals; the newest where that has no
    /// values for lack of validation rows.
    /// </summary>
    public EpochResult? Best { get; internal set; }

    /// <summary>Whether the run ends after this epoch; a callback may set it, and cannot unset it.</summary>
    public bool StopRequested { get; private set; }

    /// <summary>Whether the run was cancelled and ended early.</summary>
    public bool Cancelled { get; internal set; }

    /// <summary>Ends the run after this epoch.</summary>
    public void Stop() => StopRequested = true;

    internal void Add(EpochResult result)
    {
        _history.Add(result);
        if (Best is null || Metric.Of(result) is not { } value || Metric.Of(Best) is not { } best || Metric.IsBetter(value, best))
            Best = result;
    }
}
