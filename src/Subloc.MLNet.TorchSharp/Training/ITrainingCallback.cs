namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Watches a training run and may end it.</summary>
/// <remarks>Called on the thread that trains. An exception ends the training and reaches the caller of <c>Fit</c>.</remarks>
public interface ITrainingCallback
{
    /// <summary>Called once before the first epoch.</summary>
    void OnTrainingStart(TrainingRun run)
    {
    }

    /// <summary>Called after each batch was learned from.</summary>
    void OnBatchEnd(TrainingRun run)
    {
    }

    /// <summary>Called after each epoch, when its losses are known; the newest entry of <see cref="TrainingRun.History"/> is this epoch.</summary>
    void OnEpochEnd(TrainingRun run)
    {
    }

    /// <summary>Called once after the last epoch, before the best weights are restored.</summary>
    void OnTrainingEnd(TrainingRun run)
    {
    }
}
