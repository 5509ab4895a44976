namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Ends a run when the validation loss has not fallen for a number of epochs.</summary>
/// <param name="patience">Epochs without a new lowest validation loss after which the run ends; at least 1.</param>
public sealed class EarlyStopping(int patience) : ITrainingCallback
{
    /// <summary>Epochs without a new lowest validation loss after which the run ends.</summary>
    public int Patience { get; } = patience >= 1 ? patience : throw new ArgumentOutOfRangeException(nameof(patience), patience, "Patience must be at least 1 epoch.");

    /// <inheritdoc/>
    public void OnEpochEnd(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.ValidationRows > 0 && run.Best is { } best && run.Epoch - best.Epoch >= Patience)
            run.Stop();
    }
}
