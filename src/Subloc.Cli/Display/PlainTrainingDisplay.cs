using System.Globalization;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Cli.Display;

/// <summary>Prints one line for each epoch.</summary>
internal sealed class PlainTrainingDisplay(Terminal terminal) : TrainingDisplay
{
    private string Prefix => Title.Length == 0 ? "" : Title + ", ";

    public override void Say(string text, bool isWarning)
    {
        string line = Title.Length == 0 ? text : $"{Title}: {text}";
        if (isWarning)
            terminal.Note(line);
        else
            terminal.Line(line);
    }

    public override void OnTrainingStart(TrainingRun run)
    {
        base.OnTrainingStart(run);
        if (run.HasEnded)
            return;

        terminal.Line($"{Prefix}{(Prefix.Length == 0 ? "Training" : "training")} on {run.Rows} proteins, {run.ValidationRows} held out for early stopping.");
    }

    public override void OnEpochEnd(TrainingRun run)
    {
        EpochResult epoch = run.History[^1];
        terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"{Prefix}{(Prefix.Length == 0 ? "Epoch" : "epoch")} {run.Epoch} of {run.Epochs}: {Describe(epoch)}, {epoch.Seconds:F1} s."));
    }
}
