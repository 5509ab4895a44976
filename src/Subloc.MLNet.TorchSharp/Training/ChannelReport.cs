using System.Globalization;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Reports a run on ML.NET's channels: a message an epoch, and progress in batches.</summary>
internal sealed class ChannelReport(IChannel channel, IProgressChannel progress) : ITrainingCallback
{
    public void OnTrainingStart(TrainingRun run) => progress.SetHeader(
        new ProgressHeader(["Loss", "Accuracy"], ["epochs", "batches"]),
        entry =>
        {
            entry.SetProgress(0, run.Epoch, run.Epochs);
            entry.SetProgress(1, run.Batch, run.BatchesPerEpoch);
            entry.SetMetric(0, run.Loss);
            entry.SetMetric(1, run.Accuracy);
        });

    public void OnEpochEnd(TrainingRun run)
    {
        EpochResult result = run.History[^1];
        progress.Checkpoint(result.Loss, result.Accuracy, run.Epoch);
        string validation = result.ValidationLoss is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", validation loss {result.ValidationLoss:F4}, accuracy {result.ValidationAccuracy:P1}");
        channel.Info(string.Create(CultureInfo.InvariantCulture,
            $"Epoch {run.Epoch}: loss {result.Loss:F4}, accuracy {result.Accuracy:P1}{validation}, {result.Seconds:F1} s."));
    }
}
