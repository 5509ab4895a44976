using System.Globalization;
using Spectre.Console;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Cli.Display;

/// <summary>Shows a moving bar for each training, with the newest losses and the time left.</summary>
internal sealed class LiveTrainingDisplay(IAnsiConsole console) : TrainingDisplay
{
    private ProgressContext? _context;
    private ProgressTask? _task;
    private string _validation = "";

    private string Prefix => Title.Length == 0 ? "" : Title + " ";

    public override void Watch(Action trainings) => console.Progress()
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 10 }, new PercentageColumn(), new RemainingTimeColumn())
        .Start(context =>
        {
            _context = context;
            trainings();
        });

    // Through the console that draws the bars, which puts the line above them.
    public override void Say(string text, bool isWarning) => console.WriteLine(Title.Length == 0 ? text : $"{Title}: {text}");

    public override void OnTrainingStart(TrainingRun run)
    {
        base.OnTrainingStart(run);
        _validation = "";
        _task = _context?.AddTask("starting", maxValue: (double)run.Epochs * run.BatchesPerEpoch);
    }

    public override void OnBatchEnd(TrainingRun run)
    {
        if (_task is null)
            return;

        _task.Value = (double)(run.Epoch - 1) * run.BatchesPerEpoch + run.Batch;
        _task.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture,
            $"{Prefix}epoch {run.Epoch}/{run.Epochs} batch {run.Batch}/{run.BatchesPerEpoch} loss {run.Loss:F2} acc {run.Accuracy:F2}{_validation}"));
    }

    public override void OnEpochEnd(TrainingRun run)
    {
        EpochResult epoch = run.History[^1];
        if (epoch.ValidationLoss is not null)
            _validation = string.Create(CultureInfo.InvariantCulture, $" val {epoch.ValidationLoss:F2}");
    }

    public override void OnTrainingEnd(TrainingRun run)
    {
        if (_task is null || run.Best is not { } best)
            return;

        _task.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture,
            $"{Prefix}kept epoch {best.Epoch} of {run.History.Count}: val {best.ValidationLoss:F2} acc {best.ValidationAccuracy:F2}"));
        _task.Value = _task.MaxValue;
        _task.StopTask();
    }
}
