using Subloc.MLNet.TorchSharp.Batching;
using Subloc.MLNet.TorchSharp.Checkpoints;
using Subloc.MLNet.TorchSharp.Optimization;
using Subloc.MLNet.TorchSharp.Scoring;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>The one training loop: shuffled batches, Adam, cross-entropy, validation, best weights.</summary>
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
        _plan = new BatchPlan(_set, _options.BatchSize, _options.BatchTokens, setup.Shape.Length, _options.Network.NeedsFixedLength);
    }

    /// <summary>Trains the network and leaves it with its best weights, in evaluation mode.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before the first epoch ended.</exception>
    /// <exception cref="InvalidDataException">The checkpoint to resume from is of another network.</exception>
    public TrainingRun Run(IReadOnlyList<int> rows, IReadOnlyList<int> validation, IReadOnlyList<ITrainingCallback> callbacks)
    {
        using var scope = NewDisposeScope();
        using var optimizer = new AdamOptimizer(_network.named_parameters());
        var best = new BestWeights(_network);
        int batches = (rows.Count + _options.BatchSize - 1) / _options.BatchSize;
        var run = new TrainingRun(_options.Epochs, rows.Count, validation.Count, batches);
        RunState state = Collect(optimizer, best, callbacks);
        _checkpoints?.Continue(run);
        Each(callbacks, callback => callback.OnTrainingStart(run));
        _checkpoints?.Restore(state);

        while (!run.HasEnded && RunEpoch(run, optimizer, rows, validation, callbacks))
        {
            if (ReferenceEquals(run.Best, run.History[^1]))
                best.Keep();
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
    private RunState Collect(WeightOptimizer optimizer, BestWeights best, IReadOnlyList<ITrainingCallback> callbacks)
    {
        var state = new RunState();
        state.Add("network", () => _network.state_dict());
        state.Add("optimizer", () => optimizer.State);
        state.Add("best", () => best.State);
        state.Add(new TorchRandom());
        state.Add(callbacks);
        return state;
    }

    // False when the run was cancelled in the middle of the epoch.
    private bool RunEpoch(
        TrainingRun run, WeightOptimizer optimizer, IReadOnlyList<int> rows, IReadOnlyList<int> validation, IReadOnlyList<ITrainingCallback> callbacks)
    {
        run.BeginEpoch();
        _network.train();
        List<int[]> batches = _plan.Shuffle(rows, _setup.Seed, run.Epoch);
        run.BatchesPerEpoch = batches.Count;
        batches.RemoveRange(0, run.Batch);
        using var feed = new BatchFeed(_set, _plan, batches);
        foreach (int[] batch in batches)
        {
            if (_setup.IsCancelled())
            {
                run.Cancelled = true;
                return false;
            }

            feed.MoveNext();
            TorchRandom.BeginBatch(_setup.Device, _setup.Seed, run.Epoch, run.Batch);
            (double loss, int right) = Learn(feed.Current, optimizer);
            run.Add(loss, batch.Length, right);
            Each(callbacks, callback => callback.OnBatchEnd(run));
            _checkpoints?.AfterBatch(run);
        }

        if (!double.IsFinite(run.Loss))
            throw new InvalidOperationException($"The loss became {run.Loss} in epoch {run.Epoch}; use a lower learning rate.");

        _network.eval();
        (double? validationLoss, double? validationAccuracy) = Validate(validation);
        if (validationLoss is { } held && !double.IsFinite(held))
            throw new InvalidOperationException($"The validation loss became {held} in epoch {run.Epoch}; use a lower learning rate.");

        run.Add(new EpochResult(
            run.Epoch, run.Loss, run.Accuracy, validationLoss, validationAccuracy, run.EpochSeconds));
        return true;
    }

    private (double Loss, int Right) Learn(Batch batch, WeightOptimizer optimizer)
    {
        using var scope = NewDisposeScope();
        Tensor labels = batch.Labels.to(_setup.Device); // [B]
        optimizer.ClearGradients();
        Tensor logits = _network.forward(batch.Residues.to(_setup.Device), batch.Mask.to(_setup.Device)); // [B, C]
        Tensor loss = nn.functional.cross_entropy(logits, labels); // []
        loss.backward();
        optimizer.Step(_options.LearningRate);
        return (loss.ToDouble(), (int)logits.argmax(1).eq(labels).sum().ToInt64());
    }

    private (double? Loss, double? Accuracy) Validate(IReadOnlyList<int> rows)
    {
        if (rows.Count == 0)
            return (null, null);

        int classes = _setup.Shape.Classes;
        var scorer = new NetworkScorer(_network, _setup.Shape, _options.Network.NeedsFixedLength, _setup.Device);
        var probabilities = new float[_set.Count * classes];
        scorer.Score(_set, rows, probabilities);
        double loss = 0;
        int right = 0;
        foreach (int row in rows)
        {
            Span<float> scores = probabilities.AsSpan(row * classes, classes);
            loss -= Math.Log(Math.Max(scores[_set.Labels[row]], 1e-7));
            right += ScoreColumns.ArgMax(scores) == _set.Labels[row] ? 1 : 0;
        }

        return (loss / rows.Count, (double)right / rows.Count);
    }

    private static void Each(IReadOnlyList<ITrainingCallback> callbacks, Action<ITrainingCallback> call)
    {
        foreach (ITrainingCallback callback in callbacks)
            call(callback);
    }
}
