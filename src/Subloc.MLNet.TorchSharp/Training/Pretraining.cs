using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Batching;
using Subloc.MLNet.TorchSharp.Checkpoints;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Native;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Trains a network to tell hidden residues from the others, before it learns compartments.</summary>
/// <remarks>
/// Devlin et al., BERT, NAACL 2019, with proteins in place of texts: of the residues, 15 % are unknown to the network, and a linear layer of its own,
/// which is forgotten afterwards, tells them from what the network knows of their positions. The learning rate falls to zero. No label is
/// looked at.
/// </remarks>
internal sealed class Pretraining : IDisposable
{
    /// <summary>Name of the channel on which it is reported.</summary>
    public const string ChannelName = "Pretraining";

    private const double HiddenShare = 0.15;
    private const int Tokens = Alphabet.TokenCount + 1;

    private static readonly Scalar _unknown = Alphabet.Unknown;

    private readonly TrainingSetup _setup;
    private readonly IReadOnlyList<int> _rows;
    private readonly IResidueNetwork _network;
    private readonly Linear _layer;
    private readonly WeightOptimizer _optimizer;
    private readonly WeightOptimizer _layerOptimizer;
    private readonly LearningRateSchedule _schedule = new CosineSchedule();

    /// <param name="setup">The network, which must be an <see cref="IResidueNetwork"/>, and the settings.</param>
    /// <param name="rows">Rows to learn from.</param>
    public Pretraining(TrainingSetup setup, IReadOnlyList<int> rows)
    {
        (_setup, _rows, _network) = (setup, rows, (IResidueNetwork)setup.Network.Network);
        (int width, int residues) = _network.Positions;
        _layer = KerasInit.Linear(width, residues * Tokens);
        _layer.to(setup.Device);
        _optimizer = setup.Options.Optimizer.Make(setup.Network);
        _layerOptimizer = setup.Options.Optimizer.Make(_layer);
    }

    /// <summary>Trains for as many epochs as the settings say.</summary>
    /// <param name="channel">Gets a message an epoch.</param>
    /// <returns>Seconds that it took.</returns>
    /// <exception cref="OperationCanceledException">Cancelled before the end.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer finite.</exception>
    public double Run(IChannel channel)
    {
        long begin = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        BatchPlan plan = _setup.MakePlan();
        int epochs = _setup.Options.PretrainingEpochs;
        _setup.Network.train();
        channel.Info($"Learning hidden residues of {_rows.Count} proteins first, in {epochs} epochs.");
        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            long start = Stopwatch.GetTimestamp();
            // Orders of their own: those of the training that follows are numbered from 1.
            List<int[]> batches = plan.Shuffle(_rows, _setup.Seed, -epoch);
            using var feed = new BatchFeed(_setup.Set, plan, batches);
            (double loss, long right, long hidden) = (0, 0, 0);
            for (int i = 0; feed.MoveNext(); i++)
            {
                if (_setup.IsCancelled())
                    throw new OperationCanceledException("Training was cancelled before its first epoch ended, so there is no model to keep.");

                TorchRandom.BeginBatch(_setup.Device, _setup.Seed, -epoch, i);
                double rate = _setup.Options.LearningRate * _schedule.FactorAt((epoch - 1L) * batches.Count + i, (long)epochs * batches.Count);
                (double sum, long told, long all) = Learn(feed.Current, rate);
                (loss, right, hidden) = (loss + sum, right + told, hidden + all);
            }

            if (!double.IsFinite(loss))
                throw new InvalidOperationException($"The loss of pretraining became {loss} in epoch {epoch}; use a lower learning rate.");
            channel.Info(string.Create(CultureInfo.InvariantCulture,
                $"Pretraining, epoch {epoch} of {epochs}: loss {loss / hidden:F4}, {(double)right / hidden:P1} of the hidden residues told, {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s."));
        }

        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _layerOptimizer.Dispose();
        _layer.Dispose();
    }

    // Summed loss of the hidden residues, how many were told rightly, and how many there are.
    private (double Loss, long Right, long Hidden) Learn(Batch input, double rate)
    {
        using var scope = NewDisposeScope();
        Tensor tokens = input.Residues.to(_setup.Device), mask = input.Mask.to(_setup.Device);   // [B, L] twice
        Tensor hidden = rand(tokens.shape, device: tokens.device).lt(Numbers.Of(HiddenShare)).logical_and(mask); // [B, L]
        Tensor chosen = hidden.flatten().nonzero().squeeze(1);                                    // [H]
        long count = chosen.shape[0];
        if (count == 0)
            return default;

        _optimizer.ClearGradients();
        _layerOptimizer.ClearGradients();
        Tensor channels = _setup.Network.Input!.forward(tokens.masked_fill(hidden, _unknown)).to_type(_setup.Network.TrainingType); // [B, D, L]
        Tensor states = _network.ReadPositions(channels, mask);                                   // [B, T, W]
        Tensor told = F.linear(states, _layer.weight!.to_type(states.dtype), _layer.bias!.to_type(states.dtype)); // [B, T, R x tokens]
        Tensor logits = told.reshape(tokens.shape[0], -1, Tokens).narrow(1, 0, tokens.shape[1]).reshape(-1, Tokens)
            .index_select(0, chosen).to_type(ScalarType.Float32);                                 // [H, tokens]
        Tensor truth = tokens.flatten().index_select(0, chosen).to_type(ScalarType.Int64);        // [H]
        Tensor loss = F.cross_entropy(logits, truth);                                             // []
        loss.backward();
        _optimizer.Step(rate, 1, _setup.Options.ClipNorm);
        _layerOptimizer.Step(rate, 1, _setup.Options.ClipNorm);
        return (loss.cpu().item<float>() * count, logits.argmax(1).eq(truth).sum().cpu().item<long>(), count);
    }
}
