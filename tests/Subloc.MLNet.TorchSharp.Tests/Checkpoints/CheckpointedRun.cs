using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.MLNet.TorchSharp.Checkpoints;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Tests.Native;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.MLNet.TorchSharp.Tests.Checkpoints;

/// <summary>Trainings that write checkpoints into a folder of their own, and what they give.</summary>
internal sealed class CheckpointedRun : IDisposable
{
    /// <summary>After every batch.</summary>
    public const double Always = 1e-9;

    private readonly TemporaryFolder _folder = new();

    public CheckpointedRun()
    {
        Context.Log += (_, message) =>
        {
            if (message.Source.Contains(RunCheckpoints.ChannelName, StringComparison.Ordinal) && message.Kind != ChannelMessageKind.Trace)
                Messages.Add(message.RawMessage);
        };
    }

    public MLContext Context { get; } = new(seed: 1);

    /// <summary>What was said about checkpoints.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>The folder of the checkpoints.</summary>
    public string Folder => Path.Combine(_folder.Path, "run");

    /// <summary>Names of the files in it.</summary>
    public IEnumerable<string?> Files => Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    /// <summary>A path beside the folder.</summary>
    public string Beside(string name) => Path.Combine(_folder.Path, name);

    /// <summary>Trains, and gives weights and training summary.</summary>
    public Outcome Fit(ProteinNetworkOptions options, int proteins = 120)
    {
        using ProteinNetworkTransformer model = Context.MulticlassClassification.Trainers.ProteinNetwork(options)
            .Fit(TinyProteins.LoadEncoded(Context, proteins));
        using var weights = new MemoryStream();
        model.Model.ReadWeights(tensors => SafeTensors.Write(weights, tensors));
        return new Outcome(weights.ToArray(), model.Model.Training);
    }

    /// <summary>The options with checkpoints in the folder.</summary>
    public ProteinNetworkOptions Checkpointed(ProteinNetworkOptions options, bool resume = true, double minutes = 0, int keep = 3) => options with
    {
        Checkpoint = new CheckpointOptions { Directory = Folder, Resume = resume, EveryMinutes = minutes, Keep = keep },
    };

    /// <summary>Trains until a number of batches has been learned from, and fails then.</summary>
    public void FitUntil(int batches, ProteinNetworkOptions options)
    {
        int seen = 0;
        var stop = new Watcher(_ =>
        {
            if (++seen == batches)
                throw new TimeoutException("Stopped by the test.");
        });
        Assert.Throws<TimeoutException>(() => Fit(options with { Callbacks = [.. options.Callbacks, stop] }));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>What a training gave.</summary>
    internal sealed record Outcome(byte[] Weights, TrainingSummary Training)
    {
        /// <summary>Asserts that another training gave the same weights and the same history, times aside.</summary>
        public void AssertEqual(Outcome other)
        {
            Assert.Equal(Weights, other.Weights);
            Assert.Equal(Training.BestEpoch, other.Training.BestEpoch);
            Assert.Equal(Training.History.Select(epoch => epoch with { Seconds = 0 }), other.Training.History.Select(epoch => epoch with { Seconds = 0 }));
            Assert.Equal(
                (Training.Cancelled, Training.Seed, Training.DataHash, Training.Rows),
                (other.Training.Cancelled, other.Training.Seed, other.Training.DataHash, other.Training.Rows));
        }
    }

    /// <summary>Does something after each batch.</summary>
    internal sealed class Watcher(Action<TrainingRun> onBatch) : ITrainingCallback
    {
        public void OnBatchEnd(TrainingRun run) => onBatch(run);
    }
}
