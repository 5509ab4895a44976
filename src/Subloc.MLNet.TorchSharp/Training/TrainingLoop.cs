using System.Diagnostics;
using Subloc.MLNet.TorchSharp.Batching;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>The one training loop: shuffled batches, learning, validation, best weights, callbacks.</summary>
internal sealed class TrainingLoop
{
    private readonly TrainingSetup _setup;
    private readonly nn.Module<Tensor, Tensor, Tensor> _network;
    private readonly ProteinSet _set;
    private readonly BatchPlan _plan;
    private readonly ProteinNetworkOptions _options;

    public TrainingLoop(TrainingSetup setup)
    {
        _setup = setup;
        _network = setup.Network;
        _set = setup.Set;
        _options = setup.Options;
        _plan = new BatchPlan(_set, _options.BatchSize, setup.Shape.Length, _options.Network.NeedsFixedLength);
    }

    /// <summary>Trains the network and leaves it with its best weights, in evaluation mode.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before the first epoch ended.</exception>
    public TrainingRun Run(IReadOnlyList<int> rows, IReadOnlyList<int> validation, IReadOnlyList<ITrainingCallback> watchers)
    {
        using var scope = NewDisposeScope();
        using var learner = new Learner(_setup, rows);
        var held = new Validation(_setup, validation);
        var best = new BestWeights(_network);
        int batches = (rows.Count + _options.BatchSize - 1) / _options.BatchSize;
        var run = new TrainingRun(_options.Epochs, rows.Count, validation.Count, batches) { Metric = _options.StopOn };
        ITrainingCallback[] callbacks = [learner.Rate, .. watchers];
        Each(callbacks, callback => callback.OnTrainingStart(run));

        while (run.Epoch < run.Epochs && !run.StopRequested)
        {
            long start = Stopwatch.GetTimestamp();
            if (!LearnEpoch(run, learner, rows, callbacks))
                break;
            Judge(run, learner, held, best, start);
            Each(callbacks, callback => callback.OnEpochEnd(run));
        }

        if (run.Best is null)
            throw new OperationCanceledException("Training was cancelled before its first epoch ended, so there is no model to keep.");

        Each(callbacks, callback => callback.OnTrainingEnd(run));
        best.Restore();
        _network.eval();
        return run;
    }

    // False when the run was cancelled in the middle of the epoch.
    private bool LearnEpoch(TrainingRun run, Learner learner, IReadOnlyList<int> rows, IReadOnlyList<ITrainingCallback> callbacks)
    {
        (run.Epoch, run.Batch) = (run.Epoch + 1, 0);
        double loss = 0;
        int seen = 0, right = 0;
        _network.train();
        foreach (int[] batch in _plan.Shuffle(rows, _setup.Seed, run.Epoch))
        {
            if (_setup.IsCancelled())
            {
                run.Cancelled = true;
                return false;
            }

            (double batchLoss, int batchRight) = LearnBatch(batch, learner, run);
            loss += batchLoss * batch.Length;
            right += batchRight;
            seen += batch.Length;
            (run.Batch, run.Loss, run.Accuracy) = (run.Batch + 1, loss / seen, (double)right / seen);
            Each(callbacks, callback => callback.OnBatchEnd(run));
        }

        return double.IsFinite(loss)
            ? true
            : throw new InvalidOperationException($"The loss became {loss} in epoch {run.Epoch}; use a lower learning rate.");
    }

    private (double Loss, int Right) LearnBatch(int[] batch, Learner learner, TrainingRun run)
    {
        using var scope = NewDisposeScope();
        return learner.Learn(batch, _set.Assemble(batch, _plan.LengthOf(batch)), run);
    }

    // Where an average of the weights is kept, it is what is judged and kept.
    private void Judge(TrainingRun run, Learner learner, Validation held, BestWeights best, long start)
    {
        using IDisposable? loan = learner.Average?.Lend();
        _network.eval();
        ValidationResult? validation = held.Measure();
        if (validation is not null && !double.IsFinite(validation.Loss))
            throw new InvalidOperationException($"The validation loss became {validation.Loss} in epoch {run.Epoch}; use a lower learning rate.");

        run.Add(new EpochResult(
            run.Epoch, run.Loss, run.Accuracy, validation?.Loss, validation?.Accuracy, Stopwatch.GetElapsedTime(start).TotalSeconds,
            validation?.MacroF1, validation?.Gorodkin, learner.Rate.Current));
        if (ReferenceEquals(run.Best, run.History[^1]))
            best.Keep();
    }

    private static void Each(IReadOnlyList<ITrainingCallback> callbacks, Action<ITrainingCallback> call)
    {
        foreach (ITrainingCallback callback in callbacks)
            call(callback);
    }
}
