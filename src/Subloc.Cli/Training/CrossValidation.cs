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
/// the folds are walked here: each is reported and freed as soon as it is done. A fold trains as many networks as there are checkpoints.
/// </remarks>
internal sealed class CrossValidation(
    MLContext context, TrainingPlan plan, DataSurvey survey, bool hasSequences, IReadOnlyList<CheckpointOptions?> checkpoints)
{
    private readonly List<FoldResult> _results = [];
    private readonly List<Predictions> _heldOut = [];

    /// <summary>History files, for each fold one for each network; empty for none.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Histories { get; init; } = [];

    /// <summary>Model files, for each fold one for each network; empty for none.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Models { get; init; } = [];

    /// <summary>Folds that are finished.</summary>
    public IReadOnlyList<FoldResult> Results => _results;

    /// <summary>What was predicted for the held-out proteins of each finished fold.</summary>
    public IEnumerable<(string? Fold, Predictions Rows)> HeldOut => _results.Zip(_heldOut, (fold, rows) => ((string?)fold.Name, rows));

    /// <summary>What other cross-validations predicted for the same folds, averaged with the networks of this one.</summary>
    public IReadOnlyList<OtherPredictions> Others { get; init; } = [];

    /// <summary>Number of the fold that was begun last, from 1.</summary>
    public int Begun { get; private set; }

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

            Begun = i + 1;
            try
            {
                if (!RunFold(folds[i], (i + 1, folds.Count), display, cancellation))
                    return false;
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

    /// <summary>
    /// What temperature scaling makes of the held-out proteins; null with less than two finished folds. With offsets, each fold's are fitted on the
    /// others, and change its predictions and its result.
    /// </summary>
    /// <param name="movesClasses">Whether there are offsets.</param>
    public FoldCalibration? Calibrate(bool movesClasses)
    {
        if (_heldOut.Count < 2)
            return null;

        string[] classNames = [.. survey.Classes.Keys];
        FoldOffsets? offsets = movesClasses ? FoldOffsets.Fit(classNames, _heldOut) : null;
        FoldCalibration calibration = FoldCalibration.Of(classNames, _heldOut, offsets);
        for (int i = 0; offsets is not null && i < _heldOut.Count; i++)
        {
            _heldOut[i] = _heldOut[i].WithOffsets(offsets.OfFolds[i]);
            _results[i] = _results[i] with { Metrics = Measure(_heldOut[i]) };
        }

        return calibration;
    }

    // False when a training was cut short: its model is worse than the plan says.
    private bool RunFold(Fold fold, (int Number, int Count) place, TrainingDisplay display, CancellationToken cancellation)
    {
        var members = new List<(Predictions HeldOut, LocalizationMetrics Metrics, TrainingSummary Training)>();
        double seconds = 0;
        for (int member = 0; member < checkpoints.Count; member++)
        {
            display.Title = $"Fold {place.Number} of {place.Count}" + (checkpoints.Count == 1 ? "" : $", network {member + 1} of {checkpoints.Count}");
            ITrainingCallback[] callbacks = Histories.Count == 0 ? [display] : [display, new HistoryFile(Histories[place.Number - 1][member])];
            string? output = Models.Count == 0 ? null : Models[place.Number - 1][member];
            if (RunMember((fold, output), (plan with { Seed = plan.Seed + member }, Fold.Checkpoint(checkpoints[member], place.Number)), callbacks, cancellation) is not { } one)
                return false;

            members.Add((one.HeldOut, Measure(one.HeldOut), one.Training));
            seconds += one.Seconds;
        }

        Predictions[] others = [.. Others.Select(other => other.For(fold.Name, members[0].HeldOut))];
        Predictions heldOut = Predictions.Average([.. members.Select(member => member.HeldOut), .. others]);
        _heldOut.Add(heldOut);
        _results.Add(new FoldResult(
            fold.Name, Measure(heldOut), members[0].Training, [.. members.Select(member => member.Metrics), .. others.Select(Measure)], seconds));
        return true;
    }

    private (Predictions HeldOut, TrainingSummary Training, double Seconds)? RunMember(
        (Fold Data, string? Output) fold, (TrainingPlan Plan, CheckpointOptions? Saved) member, ITrainingCallback[] callbacks, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        ITransformer model = member.Plan.MakePipeline(context, (hasSequences, survey.Shared > 0), member.Saved, callbacks, cancellation).Fit(fold.Data.Training);
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
            return (predictions, network.Model.Training, seconds + Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        finally
        {
            network.Dispose();
        }
    }

    private LocalizationMetrics Measure(Predictions heldOut) => heldOut.Measure(new LocalizationEvaluationOptions
    {
        TrainingClassCounts = survey.Classes.ToDictionary(one => one.Key, one => one.Value - heldOut.CountOf(one.Key)),
        Resamples = 0,
    });
}
