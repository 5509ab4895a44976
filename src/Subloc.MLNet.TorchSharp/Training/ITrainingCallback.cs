using System.Text.Json.Nodes;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Watches a training run and may end it.</summary>
/// <remarks>Called on the thread that trains. An exception ends the training and reaches the caller of <c>Fit</c>.</remarks>
public interface ITrainingCallback
{
    /// <summary>
    /// Called once before the first epoch, in a resumed run before <see cref="RestoreState"/>. One callback may see several runs, one after
    /// the other.
    /// </summary>
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

    /// <summary>What this callback must know to go on in a run that is resumed from a checkpoint; null if nothing.</summary>
    JsonNode? SaveState() => null;

    /// <summary>Called before the first epoch of a resumed run, with what <see cref="SaveState"/> gave when the checkpoint was written.</summary>
    /// <param name="state">The stored state; never null.</param>
    void RestoreState(JsonNode state)
    {
    }
}
