using Subloc.MLNet.Batching;
using Subloc.MLNet.TorchSharp.Batching;
using Subloc.MLNet.TorchSharp.Checkpoints;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>The one training loop: shuffled batches, learning, validation, best weights, callbacks, checkpoints.</summary>
internal sealed class TrainingLoop
{
    private readonly TrainingSetup _setup;
    private readonly nn.Module<Tensor, Tensor, Tensor> _network;
    private readonly ProteinSet _set;
    private readonly BatchPlan _plan;
    private readonly ProteinNetworkOptions _options;
    private readonly RunCheckpoints? _checkpoints;

    public TrainingLoop(TrainingSetup setup)
    {
        _setup = setup;
        _network = setup.Network;
        _set = setup.Set;
        _options = setup.Options;
        _checkpoints = setup.Checkpoints;
        _plan = setup.MakePlan();
    }

    /// <summary>Seconds that pretraining took.</summary>
    public double PretrainingSeconds { get; init; }

    /// <summary>Trains the network and leaves it with its best weights, in evaluation mode.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before the first epoch ended.</exception>
    /// <exception cref="InvalidDataException">The checkpoint to resume from is of another network.</exception>
    public TrainingRun Run(IReadOnlyList<int> rows, IReadOnlyList<int> validation, IReadOnlyList<ITrainingCallback> watchers)
    {
        using var scope = NewDisposeScope();
        using var learner = new Learner(_setup, rows);
        var held = new Validation(_setup, validation);
        var best = new BestWeights(_network);
        int batches = (rows.Count + _options.BatchSize - 1) / _options.BatchSize;
        var run = new TrainingRun(_options.Epochs, rows.Count, validation.Count, batches) { Metric = _options.StopOn, PretrainingSeconds = PretrainingSeconds };
        ITrainingCallback[] callbacks = [learner.Rate, .. watchers];
        RunState state = Collect(learner, best, callbacks);
        _checkpoints?.Continue(run);
        Each(callbacks, callback => callback.OnTrainingStart(run));
        _checkpoints?.Restore(state);
        if (_options.PretrainingEpochs > 0)
            _checkpoints?.AfterPretraining(run);

        while (!run.HasEnded && LearnEpoch(run, learner, rows, callbacks))
        {
            Judge(run, learner, held, best);
            Each(callbacks, callback => callback.OnEpochEnd(run));
            _checkpoints?.AfterEpoch(run);
        }

        string advice = run.Cancelled && _checkpoints is not null ? _checkpoints.AfterCancellation(run) : "";
        if (run.Best is null)
            throw new OperationCanceledException($"Training was cancelled before its first epoch ended, so there is no model to keep{advice}.");

        Each(callbacks, callback => callback.OnTrainingEnd(run));
        best.Restore();
        _network.eval();
        return run;
    }

    // Everything that the rest of the run depends on; what is added here is in every checkpoint.
    private RunState Collect(Learner learner, BestWeights best, IReadOnlyList<ITrainingCallback> callbacks)
    {
        var state = new RunState();
        state.Add("network", () => _network.state_dict());
        state.Add("optimizer", () => learner.Optimizer.State);
        if (learner.Average is { } average)
            state.Add("average", () => average.State);
        state.Add("best", () => best.State);
        state.Add(new TorchRandom());
        state.Add(callbacks);
        return state;
    }

    // False when the run was cancelled in the middle of the epoch.
    private bool LearnEpoch(TrainingRun run, Learner learner, IReadOnlyList<int> rows, IReadOnlyList<ITrainingCallback> callbacks)
    {
        run.BeginEpoch();
        _network.train();
        List<int[]> batches = _plan.Shuffle(rows, _setup.Seed, run.Epoch);
        run.BatchesPerEpoch = batches.Count;
        batches.RemoveRange(0, run.Batch);
        using var feed = new BatchFeed(_set, _plan, batches);
        foreach (int[] batch in batches)
        {
            // Gradients that wait for more batches are in no checkpoint.
            if (learner.IsBetweenSteps && _setup.IsCancelled())
            {
                run.Cancelled = true;
                return false;
            }

            feed.MoveNext();
            TorchRandom.BeginBatch(_setup.Device, _setup.Seed, run.Epoch, run.Batch);
            (double loss, int right) = learner.Learn(batch, feed.Current, run);
            run.Add(loss, batch.Length, right);
            Each(callbacks, callback => callback.OnBatchEnd(run));
            if (learner.IsBetweenSteps)
                _checkpoints?.AfterBatch(run);
        }

        return double.IsFinite(run.Loss)
            ? true
            : throw new InvalidOperationException($"The loss became {run.Loss} in epoch {run.Epoch}; use a lower learning rate.");
    }

    // Where an average of the weights is kept, it is what is judged and kept. Layers take the weights in when their mode changes.
    private void Judge(TrainingRun run, Learner learner, Validation held, BestWeights best)
    {
        using IDisposable? loan = learner.Average?.Lend();
        _network.eval();
        ValidationResult? validation = held.Measure();
        if (validation is not null && !double.IsFinite(validation.Loss))
            throw new InvalidOperationException($"The validation loss became {validation.Loss} in epoch {run.Epoch}; use a lower learning rate.");

        run.Add(new EpochResult(
            run.Epoch, run.Loss, run.Accuracy, validation?.Loss, validation?.Accuracy, run.EpochSeconds,
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
