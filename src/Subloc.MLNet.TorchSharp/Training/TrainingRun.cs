using System.Diagnostics;
using Subloc.MLNet.TorchSharp.Checkpoints;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>State of a training run, as callbacks see it.</summary>
public sealed class TrainingRun
{
    private readonly List<EpochResult> _history = [];
    private long _epochStart = Stopwatch.GetTimestamp();
    private bool _isWithinEpoch;

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

    /// <summary>Batches in the epoch in progress; before the first epoch, what they come to unless <see cref="ProteinNetworkOptions.BatchTokens"/> asks for more.</summary>
    public int BatchesPerEpoch { get; internal set; }

    /// <summary>Number of the epoch in progress, from 1.</summary>
    public int Epoch { get; private set; }

    /// <summary>Batches of this epoch that were learned from.</summary>
    public int Batch { get; private set; }

    /// <summary>Mean loss of this epoch so far, as <see cref="EpochResult.Loss"/> means it.</summary>
    public double Loss { get; private set; }

    /// <summary>Share of this epoch's rows predicted rightly so far, 0 to 1.</summary>
    public double Accuracy { get; private set; }

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
    public EpochResult? Best { get; private set; }

    /// <summary>Whether the run ends after this epoch; a callback may set it, and cannot unset it.</summary>
    public bool StopRequested { get; private set; }

    /// <summary>Whether the run was cancelled and ended early.</summary>
    public bool Cancelled { get; internal set; }

    /// <summary>Sums over the batches of this epoch.</summary>
    internal EpochTotals Totals { get; private set; } = new();

    /// <summary>Seconds of pretraining before the first epoch.</summary>
    internal double PretrainingSeconds { get; set; }

    /// <summary>Time that this epoch has taken so far, interruptions left out.</summary>
    internal double EpochSeconds => Totals.Seconds + Stopwatch.GetElapsedTime(_epochStart).TotalSeconds;

    /// <summary>Whether no epoch is left to run.</summary>
    internal bool HasEnded => !_isWithinEpoch && (StopRequested || _history.Count >= Epochs);

    /// <summary>Ends the run after this epoch.</summary>
    public void Stop() => StopRequested = true;

    /// <summary>Puts the run where a checkpoint left it.</summary>
    internal void Resume(CheckpointManifest checkpoint)
    {
        PretrainingSeconds = checkpoint.PretrainingSeconds;
        _history.AddRange(checkpoint.History);
        Best = _history.Find(epoch => epoch.Epoch == checkpoint.BestEpoch);
        StopRequested = checkpoint.StopRequested;
        Epoch = _history.Count;
        if (checkpoint.Batch == 0)
            return;

        _isWithinEpoch = true;
        Epoch++;
        Batch = checkpoint.Batch;
        SetTotals(checkpoint.Totals);
    }

    /// <summary>Begins the next epoch, or goes on with one that was resumed.</summary>
    internal void BeginEpoch()
    {
        _epochStart = Stopwatch.GetTimestamp();
        if (!_isWithinEpoch)
            (Epoch, Batch, Totals) = (_history.Count + 1, 0, new EpochTotals());
        _isWithinEpoch = true;
    }

    /// <summary>Counts a batch that was learned from.</summary>
    internal void Add(double loss, int rows, int right)
    {
        Batch++;
        SetTotals(Totals with { Loss = Totals.Loss + loss * rows, Rows = Totals.Rows + rows, Right = Totals.Right + right });
    }

    internal void Add(EpochResult result)
    {
        _isWithinEpoch = false;
        _history.Add(result);
        if (Best is null || Metric.Of(result) is not { } value || Metric.Of(Best) is not { } best || Metric.IsBetter(value, best))
            Best = result;
    }

    private void SetTotals(EpochTotals totals)
    {
        Totals = totals;
        (Loss, Accuracy) = (totals.Loss / totals.Rows, (double)totals.Right / totals.Rows);
    }
}
