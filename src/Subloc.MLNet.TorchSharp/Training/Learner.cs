using Subloc.MLNet.TorchSharp.Batching;
using Subloc.MLNet.TorchSharp.Native;
using Subloc.MLNet.TorchSharp.Optimization;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Learns from batches: loss, gradients, and after one or several batches a step of the optimizer.</summary>
/// <remarks>
/// Gradients of several batches are added up as sums over rows and divided by the number of rows at the step, so that a step
/// has the gradient of one batch of all these rows, whatever their division into batches.
/// </remarks>
internal sealed class Learner : IDisposable
{
    private readonly TrainingSetup _setup;
    private readonly ProteinNetworkOptions _options;
    private readonly Loss _loss;
    private int _batches;
    private int _rows;

    /// <param name="setup">Network, rows and settings.</param>
    /// <param name="rows">Rows that will be learned from.</param>
    public Learner(TrainingSetup setup, IReadOnlyList<int> rows)
    {
        _setup = setup;
        _options = setup.Options;
        _loss = new Loss(_options.Loss, setup.Targets.Count(rows), setup.Device);
        Optimizer = _options.Optimizer.Make(setup.Network);
        Average = _options.AverageDecay is { } decay ? new WeightAverage(setup.Network, decay) : null;
        Rate = new LearningRate(_options.LearningRate, _options.Schedule);
    }

    /// <summary>Changes the weights.</summary>
    public WeightOptimizer Optimizer { get; }

    /// <summary>The average of the weights; null if none is kept.</summary>
    public WeightAverage? Average { get; }

    /// <summary>The learning rate of each step.</summary>
    public LearningRate Rate { get; }

    /// <summary>Whether every batch so far is in the weights, none only in gradients that wait for more.</summary>
    public bool IsBetweenSteps => _batches == 0;

    /// <summary>Learns from a batch.</summary>
    /// <param name="batch">Rows of the batch.</param>
    /// <param name="input">Their proteins and classes.</param>
    /// <param name="run">The run; its number of batches does not count this one yet.</param>
    /// <returns>Mean loss of the rows, and how many were predicted rightly.</returns>
    public (double Loss, int Right) Learn(int[] batch, Batch input, TrainingRun run)
    {
        using var scope = NewDisposeScope();
        Tensor classes = input.Labels.to(_setup.Device); // [B]
        if (_batches == 0)
            Optimizer.ClearGradients();
        Tensor logits = _setup.Network.forward(input.Residues.to(_setup.Device), input.Mask.to(_setup.Device)); // [k B, C]
        Tensor targets = _setup.Targets.Shares(batch, _setup.Device) ?? classes; // [B, C] or [B]
        long parts = logits.shape[0] / batch.Length;
        if (parts > 1)
            targets = cat([.. Enumerable.Repeat(targets, (int)parts)]);
        Tensor loss = _loss.Of(logits, targets); // []
        (_options.AccumulateBatches > 1 ? loss * Numbers.Of((long)batch.Length) : loss).backward();
        (_batches, _rows) = (_batches + 1, _rows + batch.Length);
        if (_batches == _options.AccumulateBatches || run.Batch == run.BatchesPerEpoch - 1)
            Step(run);
        return (loss.cpu().item<float>(), (int)logits.view(parts, batch.Length, -1).mean([0L]).argmax(1).eq(classes).sum().cpu().item<long>());
    }

    public void Dispose()
    {
        _loss.Dispose();
        Optimizer.Dispose();
        Average?.Dispose();
    }

    private void Step(TrainingRun run)
    {
        // Counted from the epoch on, so that a schedule is at the same place in each epoch even where these differ in batches.
        long stepsPerEpoch = (run.BatchesPerEpoch + _options.AccumulateBatches - 1L) / _options.AccumulateBatches;
        long step = (run.Epoch - 1) * stepsPerEpoch + run.Batch / _options.AccumulateBatches;
        Optimizer.Step(Rate.MoveTo(step, stepsPerEpoch * run.Epochs), _options.AccumulateBatches > 1 ? 1.0 / _rows : 1, _options.ClipNorm);
        Average?.Update();
        (_batches, _rows) = (0, 0);
    }
}
