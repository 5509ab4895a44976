using System.Globalization;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Cli.Display;

/// <summary>Shows how trainings proceed; this one shows nothing.</summary>
internal class TrainingDisplay : ITrainingCallback
{
    /// <summary>What the next training is, such as <c>Fold 2 of 5</c>; empty for a single training.</summary>
    public string Title { get; set; } = "";

    /// <summary>The newest state of the training that began last.</summary>
    public TrainingRun? Current { get; private set; }

    /// <summary>Runs trainings that report to this display.</summary>
    public virtual void Watch(Action trainings) => trainings();

    /// <summary>Says something about the training that is about to begin or under way.</summary>
    public virtual void Say(string text, bool isWarning)
    {
    }

    /// <inheritdoc/>
    public virtual void OnTrainingStart(TrainingRun run) => Current = run;

    /// <inheritdoc/>
    public virtual void OnBatchEnd(TrainingRun run)
    {
    }

    /// <inheritdoc/>
    public virtual void OnEpochEnd(TrainingRun run)
    {
    }

    /// <inheritdoc/>
    public virtual void OnTrainingEnd(TrainingRun run)
    {
    }

    /// <summary>The losses of an epoch, in words.</summary>
    protected static string Describe(EpochResult epoch)
    {
        string validation = epoch.ValidationLoss is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", validation loss {epoch.ValidationLoss:F4}, validation accuracy {epoch.ValidationAccuracy:F3}");
        return string.Create(CultureInfo.InvariantCulture, $"loss {epoch.Loss:F4}, accuracy {epoch.Accuracy:F3}{validation}");
    }
}
