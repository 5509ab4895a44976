using System.Diagnostics;
using Microsoft.ML;
using Subloc.Cli.Data;
using Subloc.Cli.Display;
using Subloc.Cli.Files;
using Subloc.MLNet.Evaluation;
using Subloc.MLNet.TorchSharp.Checkpoints;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Cli.Training;

/// <summary>Trains and measures one fold after the other and keeps what is finished when it is cancelled or fails.</summary>
/// <remarks>
/// The folds are those of ML.NET's CrossValidate and of CrossValidateByPartition. These return nothing before the last fold, so
/// the folds are walked here: each is reported and freed as soon as it is done.
/// </remarks>
internal sealed class CrossValidation(
    MLContext context, TrainingPlan plan, DataSurvey survey, bool hasSequences, Func<int, CheckpointOptions?> checkpoint)
{
    private readonly List<FoldResult> _results = [];
    private readonly List<Predictions> _heldOut = [];

    /// <summary>A history file for each fold; empty for none.</summary>
    public IReadOnlyList<string> Histories { get; init; } = [];

    /// <summary>A model file for each fold; empty for none.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Folds that are finished.</summary>
    public IReadOnlyList<FoldResult> Results => _results;

    /// <summary>What was predicted for the held-out proteins of each finished fold.</summary>
    public IEnumerable<(string? Fold, Predictions Rows)> HeldOut => _results.Zip(_heldOut, (fold, rows) => ((string?)fold.Name, rows));

    /// <summary>What ended the folds early, if it was not a cancellation.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Runs the folds; false when it was cancelled, or failed, before the last one was finished.</summary>
    /// <param name="folds">All folds.</param>
    /// <param name="only">Number of the one fold to run, from 1; null runs all.</param>
    /// <param name="display">Shows the trainings.</param>
    /// <param name="cancellation">Ends the run.</param>
    public bool Run(IReadOnlyList<Fold> folds, int? only, TrainingDisplay display, CancellationToken cancellation)
    {
        for (int i = 0; i < folds.Count; i++)
        {
            if (only is { } number && number != i + 1)
                continue;

            display.Title = $"Fold {i + 1} of {folds.Count}";
            try
            {
                ITrainingCallback[] callbacks = Histories.Count == 0 ? [display] : [display, new HistoryFile(Histories[i])];
                if (RunFold((folds[i], Models.ElementAtOrDefault(i)), checkpoint(i + 1), callbacks, cancellation) is not { } result)
                    return false;
                _results.Add(result);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
            catch (Exception error)
            {
                // Hours of finished folds are not to be lost with this one.
                Error = error;
                return false;
            }
        }

        return true;
    }

    /// <summary>Metrics of the held-out proteins of all finished folds together.</summary>
    /// <remarks>No one set of proteins was trained on, so what guessing reaches is counted on the held-out proteins themselves.</remarks>
    public LocalizationMetrics Pooled() =>
        Predictions.Join([.. survey.Classes.Keys], _heldOut).Measure(new LocalizationEvaluationOptions { Seed = plan.Seed });

    /// <summary>What temperature scaling makes of the held-out proteins; null with less than two finished folds.</summary>
    public FoldCalibration? Calibrate() => _heldOut.Count < 2 ? null : FoldCalibration.Of([.. survey.Classes.Keys], _heldOut);

    // Null when the training was cut short: its model is worse than the plan says.
    private FoldResult? RunFold((Fold Data, string? Output) fold, CheckpointOptions? saved, ITrainingCallback[] callbacks, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        ITransformer model = plan.MakePipeline(context, (hasSequences, survey.Shared > 0), saved, callbacks, cancellation).Fit(fold.Data.Training);
        ProteinNetworkTransformer network = ModelFile.FindNetwork(model)!;

        // A fold that was resumed also took the time before the interruption.
        double seconds = Math.Max(Stopwatch.GetElapsedTime(start).TotalSeconds, network.Model.Training.Seconds);
        start = Stopwatch.GetTimestamp();
        try
        {
            if (network.Model.Training.Cancelled)
                return null;

            if (fold.Output is not null)
                OutputFile.Prepare(fold.Output).Write(stream => context.Model.Save(model, ModelInput.Of(fold.Data.Training.Schema), stream));
            network.Model.ScoringCancellation = cancellation;
            var predictions = new Predictions(network.Model.ClassNames);
            predictions.Add(model.Transform(fold.Data.HeldOut), cancellation);
            LocalizationMetrics metrics = predictions.Measure(new LocalizationEvaluationOptions
            {
                TrainingClassCounts = survey.Classes.ToDictionary(one => one.Key, one => one.Value - predictions.CountOf(one.Key)),
                Resamples = 0,
            });
            _heldOut.Add(predictions);
            return new FoldResult(fold.Data.Name, metrics, network.Model.Training, seconds + Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        finally
        {
            network.Dispose();
        }
    }
}
