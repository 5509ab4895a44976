using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Tests.Persistence;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;
using Subloc.Testing;

namespace Subloc.MLNet.TorchSharp.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class ProteinNetworkTrainerTests
{
    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData(ProteinEncoding.Tokens)]
    [InlineData(ProteinEncoding.OneHot)]
    [InlineData(ProteinEncoding.Blosum62)]
    public void Estimator_EveryEncoding_FulfilsContract(ProteinEncoding encoding)
    {
        IDataView data = TinyProteins.LoadEncoded(_context, 60, encoding);

        EstimatorContract.Check(
            _context, _context.MulticlassClassification.Trainers.ProteinNetwork(TinyProteins.Options), data, 1e-5, "PredictedLabel", "Score");
    }

    [Theory]
    [InlineData("cnn-lstm")]
    [InlineData("resnet3")]
    [InlineData("light-attention")]
    [InlineData("deeploc")]
    [InlineData("transformer")]
    public void Estimator_LengthAgnosticNetworks_FulfilContract(string network)
    {
        IDataView data = TinyProteins.LoadEncoded(_context, 30);
        ProteinNetworkOptions options = TinyProteins.Options with { Network = NetworkPresets.Get(network).Config, Epochs = 1 };

        EstimatorContract.Check(_context, _context.MulticlassClassification.Trainers.ProteinNetwork(options), data, 1e-5, "PredictedLabel", "Score");
    }

    [Fact]
    public void Estimator_NetworkWithAttention_FulfilsContract()
    {
        IDataView data = TinyProteins.LoadEncoded(_context, 30);
        ProteinNetworkOptions options = TinyProteins.Options with { Network = new LightAttentionConfig { Kernel = 3 }, Epochs = 1 };

        EstimatorContract.Check(
            _context, _context.MulticlassClassification.Trainers.ProteinNetwork(options), data, 1e-5, "PredictedLabel", "Score", "Attention");
    }

    [Fact]
    public void Fit_NetworkThatOnlyPromisesAttention_IsRefusedBeforeItLearns()
    {
        IDataView data = TinyProteins.LoadEncoded(_context, 30);
        ProteinNetworkOptions options = TinyProteins.Options with { Network = new OwnNetworkConfig { Attends = true } };

        var error = Assert.Throws<InvalidOperationException>(() => _context.MulticlassClassification.Trainers.ProteinNetwork(options).Fit(data));

        Assert.Equal(
            "The network 'average-of-residues' promises attention, but its module Network does not implement IAttentionNetwork; implement it there.",
            error.Message);
    }

    [Fact]
    public void Fit_ChannelsWithMask_ReadsTheMask()
    {
        IDataView encoded = TinyProteins.LoadEncoded(_context, 40, ProteinEncoding.OneHot);
        IDataView masked = _context.Transforms.IndicateSequenceMask().Fit(encoded).Transform(encoded);
        ProteinNetworkTrainer trainer = _context.MulticlassClassification.Trainers.ProteinNetwork(
            TinyProteins.Options with { Network = new ResNetConfig { StemFilters = 8, Blocks = [new(8), new(16, 2)], Hidden = [8] } });

        using ProteinNetworkTransformer model = trainer.Fit(masked);

        Assert.Equal("Mask", model.Model.Manifest.MaskColumnName);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Transform(encoded));
        EstimatorContract.Check(_context, trainer, masked, 1e-5, "Score");
    }

    [Fact]
    public void Fit_WrongColumns_AreRefusedAtEveryStage()
    {
        IDataView good = TinyProteins.LoadEncoded(_context, 30);
        IDataView noFeatures = TinyProteins.Load(_context, 30);
        ProteinNetworkTrainer trainer = _context.MulticlassClassification.Trainers.ProteinNetwork(TinyProteins.Options with { Epochs = 1 });
        IDataView text = _context.Transforms.CopyColumns("Features", "Sequence").Fit(noFeatures).Transform(noFeatures);

        EstimatorContract.CheckRefusal(trainer, good, noFeatures, "Could not find feature column 'Features'");
        EstimatorContract.CheckRefusal(trainer, good, text, "Schema mismatch for feature column 'Features'");
    }

    [Fact]
    public void Fit_TextLabel_IsRefusedWithTheCure()
    {
        IDataView data = _context.Transforms.Conversion.MapKeyToValue("Label").Fit(TinyProteins.LoadEncoded(_context, 30)).Transform(TinyProteins.LoadEncoded(_context, 30));
        ProteinNetworkTrainer trainer = _context.MulticlassClassification.Trainers.ProteinCnn();

        Exception[] errors =
        [
            Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(data)),
            Assert.Throws<ArgumentOutOfRangeException>(() => trainer.GetOutputSchema(SchemaShape.Create(data.Schema))),
        ];

        Assert.All(errors, error => Assert.Contains("label column 'Label': expected Key (apply MapValueToKey to the column)", error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Transform_OtherLength_IsRefused()
    {
        using ProteinNetworkTransformer model = Fit(TinyProteins.Options with { Epochs = 1 });
        IDataView data = TinyProteins.Load(_context, 30);
        IDataView shorter = _context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = 32 }).Fit(data).Transform(data);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => model.Transform(shorter));

        Assert.Contains("as in training", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_EqualSeeds_GiveEqualScoresBitForBit()
    {
        IDataView data = TinyProteins.LoadEncoded(_context);
        float[] Train(int seed)
        {
            using ProteinNetworkTransformer model = Fit(TinyProteins.Options with { Seed = seed, Network = NetworkPresets.Get("cnn-lstm").Config });
            return TinyProteins.Scores(model.Transform(data));
        }

        float[] first = Train(3);

        Assert.Equal(first, Train(3));
        Assert.NotEqual(first, Train(4));
    }

    [Fact]
    public void Fit_NoSeedOption_TakesTheSeedOfTheContext()
    {
        float[] Train(int seed)
        {
            var context = new MLContext(seed);
            using ProteinNetworkTransformer model = context.MulticlassClassification.Trainers
                .ProteinNetwork(TinyProteins.Options with { Seed = null }).Fit(TinyProteins.LoadEncoded(context));
            Assert.Equal(seed, model.Model.Training.Seed);
            return TinyProteins.Scores(model.Transform(TinyProteins.LoadEncoded(context)));
        }

        Assert.Equal(Train(11), Train(11));
    }

    [Fact]
    public void Fit_SyntheticProteins_LearnsMoreThanTheMajority()
    {
        IDataView data = TinyProteins.Load(_context, 400);
        IEstimator<ITransformer> pipeline = TinyProteins.Pipeline(
            _context, TinyProteins.Options with { Network = NetworkPresets.Get("cnn1").Config, Epochs = 12, Patience = 4 });

        var folds = _context.MulticlassClassification.CrossValidate(data, pipeline, numberOfFolds: 2, samplingKeyColumnName: "Partition");
        var metrics = _context.MulticlassClassification.EvaluateLocalization(folds);

        Assert.Equal(400, metrics.RowCount);
        Assert.True(metrics.Accuracy > metrics.MajorityBaseline.Accuracy + 0.1, $"{metrics.Accuracy} against {metrics.MajorityBaseline.Accuracy}");
        Assert.All(folds, fold => Assert.Equal(10, fold.Metrics.ConfusionMatrix.NumberOfClasses));
    }

    [Fact]
    public void Fit_ValidationStopsFalling_StopsEarlyAndRestoresTheBestEpoch()
    {
        ProteinNetworkOptions options = TinyProteins.Options with { Epochs = 60, Patience = 2, LearningRate = 0.02, PartitionColumnName = "None" };
        using ProteinNetworkTransformer model = Fit(options);

        TrainingSummary training = model.Model.Training;
        EpochResult best = training.History.MinBy(epoch => epoch.ValidationLoss)!;
        Assert.Equal(best.Epoch, training.BestEpoch);
        Assert.Equal(training.BestEpoch + 2, training.History.Count);

        using ProteinNetworkTransformer untilBest = Fit(options with { Epochs = best.Epoch });
        IDataView data = TinyProteins.LoadEncoded(_context);
        Assert.Equal(TinyProteins.Scores(untilBest.Transform(data)), TinyProteins.Scores(model.Transform(data)));
    }

    [Fact]
    public void Fit_FirstLoss_IsTheMeanOverAllRowsOfTheEpoch()
    {
        using ProteinNetworkTransformer model = Fit(TinyProteins.Options with { Epochs = 1, LearningRate = 1e-12, ValidationFraction = 0, Network = new CnnConfig { Filters = [8], Hidden = [16], Dropout = 0 } });

        float[] scores = TinyProteins.Scores(model.Transform(TinyProteins.LoadEncoded(_context)));
        List<object[]> labels = RowValues.Read(TinyProteins.LoadEncoded(_context), "Label");
        double loss = Enumerable.Range(0, labels.Count).Average(row => -Math.Log(scores[row * 10 + (int)(double)labels[row][0] - 1]));

        Assert.Equal(loss, model.Model.Training.History[0].Loss, 4);
    }

    [Fact]
    public void Fit_CancelledAfterAnEpoch_KeepsTheBestSoFar()
    {
        using var source = new CancellationTokenSource();
        var watcher = new Watcher(run =>
        {
            if (run.Epoch == 2 && run.Batch == 1)
                source.Cancel();
        });

        using ProteinNetworkTransformer model = Fit(TinyProteins.Options with { Epochs = 50, CancellationToken = source.Token, Callbacks = [watcher] });

        Assert.True(model.Model.Training.Cancelled);
        Assert.Single(model.Model.Training.History);
        Assert.Equal(1, model.Model.Training.BestEpoch);
    }

    [Fact]
    public void Fit_ExecutionOfTheContextCancelled_Ends()
    {
        var context = new MLContext(seed: 1);
        IDataView data = TinyProteins.LoadEncoded(context);
        var watcher = new Watcher(run =>
        {
            if (run.Epoch == 2)
                ((ICancelable)context.Model.GetEnvironment()).CancelExecution();
        });

        using ProteinNetworkTransformer model = context.MulticlassClassification.Trainers
            .ProteinNetwork(TinyProteins.Options with { Epochs = 50, Callbacks = [watcher] }).Fit(data);

        Assert.True(model.Model.Training.Cancelled);
    }

    [Fact]
    public void Fit_CancelledBeforeAnEpochEnded_Throws()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => Fit(TinyProteins.Options with { CancellationToken = source.Token }));
    }

    [Fact]
    public void Fit_Messages_ReachTheContextsLog()
    {
        var messages = new List<string>();
        _context.Log += (_, message) => messages.Add(message.Message);

        using ProteinNetworkTransformer model = Fit(TinyProteins.Options);

        Assert.Contains(messages, message => message.Contains("Epoch 3: loss", StringComparison.Ordinal));
        Assert.Contains(messages, message => message.Contains("rows held out for early stopping (partition)", StringComparison.Ordinal));
    }

    [Fact]
    public void Model_MlNetConsumers_AcceptIt()
    {
        IDataView data = TinyProteins.LoadEncoded(_context, 60);
        using ProteinNetworkTransformer model = Fit(TinyProteins.Options);

        IDataView scored = model.Transform(data);
        MulticlassClassificationMetrics metrics = _context.MulticlassClassification.Evaluate(scored);
        IDataView named = _context.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel").Fit(scored).Transform(scored);
        List<object[]> predicted = RowValues.Read(named, "Predicted");

        Assert.InRange(metrics.MicroAccuracy, 0, 1);
        Assert.All(predicted, row => Assert.Contains((string)row[0], model.Model.ClassNames));
    }

    [Fact]
    public void Model_PermutationFeatureImportance_AcceptsIt()
    {
        IDataView data = TinyProteins.Load(_context, 30);
        var encoder = _context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = 6, Encoding = ProteinEncoding.Blosum62 });
        IDataView encoded = encoder.Fit(data).Transform(data);
        using ProteinNetworkTransformer model = _context.MulticlassClassification.Trainers
            .ProteinNetwork(TinyProteins.Options with { Network = new CnnConfig { Filters = [4], Kernel = 1, Hidden = [4] } }).Fit(encoded);

        var importance = _context.MulticlassClassification.PermutationFeatureImportance(model, encoded);

        Assert.Equal(120, importance.Length);
    }

    [Fact]
    public void Fit_ManyBatches_LeavesNoTensorBehind()
    {
        // TorchSharp counts a tensor that became a parameter forever, so the same network is built each time.
        long LeftBehind(int epochs) => LiveTensors.LeftBy(() =>
        {
            using ProteinNetworkTransformer model = Fit(TinyProteins.Options with { Epochs = epochs, Patience = epochs });
            TinyProteins.Scores(model.Transform(TinyProteins.LoadEncoded(_context, 30 * epochs)));
        });

        Assert.Equal(LeftBehind(1), LeftBehind(6));
    }

    [Theory]
    [InlineData(ProteinEncoding.Tokens)]
    [InlineData(ProteinEncoding.OneHot)]
    public void Fit_CacheInAFile_GivesEqualWeights(ProteinEncoding encoding)
    {
        IDataView data = TinyProteins.LoadEncoded(_context, 200, encoding);
        int files = 0;
        var watcher = new Watcher(_ => files = SpillFiles());

        using ProteinNetworkTransformer memory = _context.MulticlassClassification.Trainers.ProteinNetwork(TinyProteins.Options).Fit(data);
        using ProteinNetworkTransformer spilled = _context.MulticlassClassification.Trainers
            .ProteinNetwork(TinyProteins.Options with { CacheBytes = 0, Callbacks = [watcher] }).Fit(data);

        Assert.Equal(TinyProteins.Scores(memory.Transform(data)), TinyProteins.Scores(spilled.Transform(data)));
        Assert.Equal(memory.Model.Training.DataHash, spilled.Model.Training.DataHash);
        Assert.Equal(OperatingSystem.IsLinux() ? 1 : 0, files);
        Assert.Equal(0, SpillFiles());
    }

    [Fact]
    public void Fit_CacheInAFileAndAnError_LeavesNoFile()
    {
        IDataView data = TinyProteins.LoadEncoded(_context, 200);
        ProteinNetworkOptions options = TinyProteins.Options with { CacheBytes = 0, Callbacks = [new Watcher(_ => throw new InvalidOperationException("Enough."))] };

        Assert.Throws<InvalidOperationException>(() => _context.MulticlassClassification.Trainers.ProteinNetwork(options).Fit(data));

        Assert.Equal(0, SpillFiles());
    }

    [Theory]
    [InlineData("cnn1", 2 * TinyProteins.Length)]
    [InlineData("resnet3", 300)]
    public void Fit_FewTokensABatch_TakesMoreBatches(string network, int tokens)
    {
        int batches = 0, largest = 0;
        var watcher = new Watcher(run =>
        {
            batches = run.Batch;
            largest = Math.Max(largest, run.BatchesPerEpoch);
        });

        using ProteinNetworkTransformer model = Fit(TinyProteins.Options with
        {
            Network = NetworkPresets.Get(network).Config,
            Epochs = 1,
            ValidationFraction = 0,
            BatchTokens = tokens,
            Callbacks = [watcher],
        });

        Assert.InRange(batches, 120 * 20 / tokens, 120);
        Assert.True(batches > 120 / 16 + 1);
        Assert.Equal(batches, largest);
    }

    [Fact]
    public void Fit_LearningRateTooHigh_SaysSo()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Fit(TinyProteins.Options with { LearningRate = 1e30, Epochs = 20, Patience = 20 }));

        Assert.Contains("use a lower learning rate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trainer_NetworkWithoutName_IsRefusedBeforeTraining()
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            _context.MulticlassClassification.Trainers.ProteinNetwork(TinyProteins.Options with { Network = new Nameless() }));

        Assert.Contains("put [ProteinNetwork(\"name\")] on it", error.Message, StringComparison.Ordinal);
    }

    private ProteinNetworkTransformer Fit(ProteinNetworkOptions options) =>
        _context.MulticlassClassification.Trainers.ProteinNetwork(options).Fit(TinyProteins.LoadEncoded(_context));

    private sealed class Watcher(Action<TrainingRun> onBatch) : ITrainingCallback
    {
        public void OnBatchEnd(TrainingRun run) => onBatch(run);
    }

    private sealed record Nameless : NetworkConfig
    {
        public override global::TorchSharp.torch.nn.Module<global::TorchSharp.torch.Tensor, global::TorchSharp.torch.Tensor, global::TorchSharp.torch.Tensor> Build(NetworkShape shape) =>
            new CnnConfig().Build(shape);
    }

    // Open files of this process without a name. Linux only.
    private static int SpillFiles() => !OperatingSystem.IsLinux()
        ? 0
        : Directory.EnumerateFiles("/proc/self/fd").Count(file => new FileInfo(file).LinkTarget?.Contains("/subloc-", StringComparison.Ordinal) == true);
}
