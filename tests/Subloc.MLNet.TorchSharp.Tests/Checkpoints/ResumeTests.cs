using System.Text.Json.Nodes;
using Microsoft.ML;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Optimization;
using Subloc.MLNet.TorchSharp.Tests.Training;
using Subloc.MLNet.TorchSharp.Training;
using Watcher = Subloc.MLNet.TorchSharp.Tests.Checkpoints.CheckpointedRun.Watcher;

namespace Subloc.MLNet.TorchSharp.Tests.Checkpoints;

[Collection(TorchTests.Name)]
public sealed class ResumeTests : IDisposable
{
    // Each brings a kind of state that a resumed run needs. 90 of 120 proteins are learned from: 6 batches an epoch.
    private static readonly Dictionary<string, ProteinNetworkOptions> _variants = new()
    {
        ["dropout"] = TinyProteins.Options,
        ["batch norm"] = TinyProteins.Options with { Network = new ResNetConfig { StemFilters = 4, Blocks = [new(4), new(8, 2)], Hidden = [8] } },
        ["recurrence"] = TinyProteins.Options with { Network = SeedNetworks.Get("cnn-lstm").Config, Epochs = 2 },
        ["float32"] = TinyProteins.Options with { Precision = Precision.Fp32, Network = SeedNetworks.Get("cnn-lstm").Config, Epochs = 2 },
        ["token budget"] = TinyProteins.Options with { Network = SeedNetworks.Get("resnet3").Config, BatchTokens = 800, Epochs = 2 },
        ["embedding"] = TinyProteins.Options with { Input = ResidueInput.Embedding, EmbeddingSize = 4 },
        ["no validation"] = TinyProteins.Options with { ValidationFraction = 0 },
        ["average, momentum and schedule"] = TinyProteins.Options with
        {
            AverageDecay = 0.9,
            Optimizer = new SgdOptions { WeightDecay = 0.01 },
            LearningRate = 0.1,
            Schedule = new CosineSchedule(),
            ClipNorm = 1,
        },
        ["plateau"] = TinyProteins.Options with
        {
            Epochs = 8,
            Optimizer = new AdamWOptions(),
            LearningRate = 0.02,
            Schedule = new PlateauSchedule { Patience = 1 },
            StopOn = TrainingMetric.ValidationMacroF1,
            Loss = new LossOptions { ClassWeighting = ClassWeighting.Balanced },
        },
        ["accumulation"] = TinyProteins.Options with { AccumulateBatches = 3, AverageDecay = 0.9, Schedule = new OneCycleSchedule(), LearningRate = 0.01 },
        ["pretraining"] = TinyProteins.Options with { Network = PretrainingTests.Network, PretrainingEpochs = 2, Optimizer = new MuonOptions(), AverageDecay = 0.9 },
        ["early stopping"] = TinyProteins.Options with { Epochs = 40, Patience = 2, LearningRate = 0.02, PartitionColumnName = "None" },
    };

    private readonly CheckpointedRun _run = new();

    public static TheoryData<string, int, bool> Interruptions
    {
        get
        {
            var all = new TheoryData<string, int, bool>();
            foreach (string variant in _variants.Keys)
            {
                all.Add(variant, 4, true);
                all.Add(variant, 11, true);
                all.Add(variant, 11, false);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Interruptions))]
    public void Fit_StoppedAfterABatch_ResumedEndsAsIfItHadNotBeen(string variant, int batches, bool betweenBatches)
    {
        ProteinNetworkOptions options = _run.Checkpointed(_variants[variant], minutes: betweenBatches ? CheckpointedRun.Always : 0);
        CheckpointedRun.Outcome whole = _run.Fit(_variants[variant]);

        _run.FitUntil(batches, options);
        CheckpointedRun.Outcome resumed = _run.Fit(options);

        whole.AssertEqual(resumed);
        Assert.Contains(_run.Messages, message => message.StartsWith(betweenBatches ? "Resuming after batch" : "Resuming after epoch 1,", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_StoppedAfterPretraining_IsNotPretrainedAgain()
    {
        using var source = new CancellationTokenSource();
        ProteinNetworkOptions pretrained = _variants["pretraining"], options = _run.Checkpointed(pretrained);
        CheckpointedRun.Outcome whole = _run.Fit(pretrained);
        int passes = 0;
        _run.Context.Log += (_, message) =>
        {
            if (message.RawMessage.StartsWith("Pretraining, epoch ", StringComparison.Ordinal) && ++passes == 2)
                source.Cancel();
        };

        var error = Assert.ThrowsAny<OperationCanceledException>(() => _run.Fit(options with { CancellationToken = source.Token }));
        CheckpointedRun.Outcome resumed = _run.Fit(options);

        Assert.Contains($"; set Resume to go on from the checkpoint in {_run.Folder}.", error.Message, StringComparison.Ordinal);
        whole.AssertEqual(resumed);
        Assert.Equal(2, passes);
        Assert.True(resumed.Training.Seconds > resumed.Training.History.Sum(epoch => epoch.Seconds));
        Assert.Contains(_run.Messages, message => message.StartsWith("Resuming after pretraining, from", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_StoppedAgainAndAgain_ResumedEndsAsIfItHadNotBeen()
    {
        ProteinNetworkOptions options = _run.Checkpointed(TinyProteins.Options, minutes: CheckpointedRun.Always);
        CheckpointedRun.Outcome whole = _run.Fit(TinyProteins.Options);

        foreach (int batches in (int[])[3, 2, 5, 4])
            _run.FitUntil(batches, options);
        CheckpointedRun.Outcome resumed = _run.Fit(options);

        whole.AssertEqual(resumed);
    }

    [Fact]
    public void Fit_Cancelled_KeepsTheBestModelAndACheckpointToGoOnFrom()
    {
        using var source = new CancellationTokenSource();
        var cancel = new Watcher(run =>
        {
            if (run is { Epoch: 2, Batch: 4 })
                source.Cancel();
        });
        ProteinNetworkOptions options = _run.Checkpointed(TinyProteins.Options);
        CheckpointedRun.Outcome whole = _run.Fit(TinyProteins.Options);

        CheckpointedRun.Outcome cancelled = _run.Fit(options with { CancellationToken = source.Token, Callbacks = [cancel] });
        CheckpointedRun.Outcome resumed = _run.Fit(options);

        Assert.True(cancelled.Training.Cancelled);
        Assert.Single(cancelled.Training.History);
        whole.AssertEqual(resumed);
        Assert.Contains(_run.Messages, message => message.StartsWith("Resuming after batch 4 of epoch 2, from", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_CancelledBeforeAnEpochEnded_SaysHowToGoOn()
    {
        using var source = new CancellationTokenSource();
        ProteinNetworkOptions options = _run.Checkpointed(TinyProteins.Options);

        var error = Assert.ThrowsAny<OperationCanceledException>(() =>
            _run.Fit(options with { CancellationToken = source.Token, Callbacks = [new Watcher(_ => source.Cancel())] }));

        Assert.Contains($"; set Resume to go on from the checkpoint in {_run.Folder}.", error.Message, StringComparison.Ordinal);
        _run.Fit(TinyProteins.Options).AssertEqual(_run.Fit(options));
    }

    [Fact]
    public void Fit_OfATrainingThatHadEnded_GivesItsModelWithoutTraining()
    {
        int batches = 0;
        ProteinNetworkOptions options = _run.Checkpointed(TinyProteins.Options) with { Callbacks = [new Watcher(_ => batches++)] };
        CheckpointedRun.Outcome first = _run.Fit(options);
        int learned = batches;

        CheckpointedRun.Outcome again = _run.Fit(options);

        first.AssertEqual(again);
        Assert.Equal(first.Training.Seconds, again.Training.Seconds);
        Assert.Equal(18, learned);
        Assert.Equal(learned, batches);
        Assert.Contains(_run.Messages, message => message.StartsWith("The training had ended before, after 3 epochs;", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_OfATrainingThatHadEnded_GoesOnWhereMoreEpochsAreAsked()
    {
        CheckpointedRun.Outcome whole = _run.Fit(TinyProteins.Options with { Epochs = 5 });

        _run.Fit(_run.Checkpointed(TinyProteins.Options));
        CheckpointedRun.Outcome resumed = _run.Fit(_run.Checkpointed(TinyProteins.Options with { Epochs = 5 }));

        whole.AssertEqual(resumed);
    }

    [Fact]
    public void Fit_FewerEpochsThanAreDone_IsRefused()
    {
        _run.Fit(_run.Checkpointed(TinyProteins.Options));

        var error = Assert.Throws<InvalidOperationException>(() => _run.Fit(_run.Checkpointed(TinyProteins.Options with { Epochs = 2 })));

        Assert.Contains("3 epochs were begun and Epochs is 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OtherSettings_AreNamedWithBothValues()
    {
        _run.Fit(_run.Checkpointed(TinyProteins.Options));

        var error = Assert.Throws<InvalidOperationException>(() => _run.Fit(_run.Checkpointed(
            TinyProteins.Options with { BatchSize = 8, LearningRate = 0.5, Patience = 4, Network = new CnnConfig { Filters = [4], Hidden = [16] } })));

        Assert.Equal(
            $"{_run.Folder}: the checkpoints are of another training: Network.Filters was [8] and is [4]; BatchSize was 16 and is 8; "
            + "LearningRate was 0.001 and is 0.5; Patience was 10 and is 4. Resume with the same data and settings, or name another folder.",
            error.Message);
    }

    [Fact]
    public void Fit_NetworkOfAnotherKind_NeedsOneWordOnly()
    {
        _run.Fit(_run.Checkpointed(TinyProteins.Options));

        var error = Assert.Throws<InvalidOperationException>(() => _run.Fit(_run.Checkpointed(_variants["batch norm"])));

        Assert.Contains("another training: Network was CnnConfig and is ResNetConfig. Resume", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OtherDataSeedAndRows_AreNamed()
    {
        _run.Fit(_run.Checkpointed(TinyProteins.Options));

        var data = Assert.Throws<InvalidOperationException>(() => _run.Fit(_run.Checkpointed(TinyProteins.Options), proteins: 100));
        var seed = Assert.Throws<InvalidOperationException>(() => _run.Fit(_run.Checkpointed(TinyProteins.Options with { Seed = 8 })));
        var split = Assert.Throws<InvalidOperationException>(() => _run.Fit(_run.Checkpointed(TinyProteins.Options with { PartitionColumnName = "None" })));

        Assert.Matches("Data was 120 proteins with hash [0-9a-f]{16} and is 100 proteins with hash [0-9a-f]{16}", data.Message);
        Assert.Contains("Seed was 7 and is 8", seed.Message, StringComparison.Ordinal);
        Assert.Matches("another training: Rows to learn from was 90 with hash .* and is 108 with hash .*; Rows held out was 30 with hash", split.Message);
    }

    [Fact]
    public void Fit_OtherThreads_AreWarnedOf()
    {
        _run.Fit(_run.Checkpointed(TinyProteins.Options));

        try
        {
            _run.Fit(_run.Checkpointed(TinyProteins.Options with { Threads = 2, Epochs = 4 }));
        }
        finally
        {
            global::TorchSharp.torch.set_num_threads(1);
        }

        Assert.Contains("The result will not equal that of an uninterrupted training bit for bit: the number of threads was 1 and is 2.", _run.Messages);
    }

    [Fact]
    public void Fit_WithoutResume_RefusesCheckpoints()
    {
        _run.Fit(_run.Checkpointed(TinyProteins.Options, resume: false));
        var before = _run.Files.ToList();

        var error = Assert.Throws<InvalidOperationException>(() => _run.Fit(_run.Checkpointed(TinyProteins.Options, resume: false)));

        Assert.Contains("the folder holds checkpoints of an earlier training; set Resume to continue it, or name another folder.", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, _run.Files);
    }

    [Fact]
    public void Fit_ResumeWithoutACheckpoint_StartsAfreshAndSaysSo()
    {
        _run.Fit(_run.Checkpointed(TinyProteins.Options));

        Assert.Equal([$"The folder {_run.Folder} holds no checkpoint yet, so the training starts afresh."], _run.Messages);
    }

    [Fact]
    public void Fit_NoSeedAsked_ResumesWithTheSeedOfTheCheckpoint()
    {
        var context = new MLContext();
        IDataView data = TinyProteins.LoadEncoded(context);
        int Seed(ProteinNetworkOptions options)
        {
            using var model = context.MulticlassClassification.Trainers.ProteinNetwork(options with { Seed = null }).Fit(data);
            return model.Model.Training.Seed;
        }

        int first = Seed(_run.Checkpointed(TinyProteins.Options));

        Assert.Equal(first, Seed(_run.Checkpointed(TinyProteins.Options with { Epochs = 4 })));
    }

    [Fact]
    public void Fit_Callbacks_GetTheirStateBack()
    {
        ProteinNetworkOptions options = _run.Checkpointed(TinyProteins.Options, minutes: CheckpointedRun.Always);
        _run.FitUntil(8, options with { Callbacks = [new Counter(), new Counter()] });
        var (first, second) = (new Counter(), new Counter());

        _run.Fit(options with { Callbacks = [first, second] });

        // The eighth batch was learned from twice: the checkpoint before it was the last.
        Assert.Equal((18, 18, 7), (first.Batches, second.Batches, second.Restored));
    }

    [Fact]
    public void Fit_CallbackThatIsGone_IsWarnedOf()
    {
        _run.Fit(_run.Checkpointed(TinyProteins.Options) with { Callbacks = [new Counter()] });

        _run.Fit(_run.Checkpointed(TinyProteins.Options with { Epochs = 4 }));

        Assert.Contains(_run.Messages, message => message.Contains($"the state of {typeof(Counter).FullName} 1, which this training does not have", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_ManyCheckpoints_LeaveNoTensorBehind()
    {
        // TorchSharp counts a tensor that became a parameter forever, so the same network is built each time.
        long LeftBehind(double minutes) => LiveTensors.LeftBy(() =>
        {
            using var run = new CheckpointedRun();
            run.Fit(run.Checkpointed(TinyProteins.Options, minutes: minutes));
        });

        Assert.Equal(LeftBehind(0), LeftBehind(CheckpointedRun.Always));
    }

    public void Dispose() => _run.Dispose();

    private sealed class Counter : ITrainingCallback
    {
        public int Batches { get; private set; }

        public int Restored { get; private set; }

        public void OnBatchEnd(TrainingRun run) => Batches++;

        public JsonNode? SaveState() => Batches;

        public void RestoreState(JsonNode state) => Restored = Batches = (int)state;
    }
}
