using System.Text.Json;
using Microsoft.ML;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Optimization;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.Testing;

namespace Subloc.MLNet.TorchSharp.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class LearningTests
{
    private static readonly ProteinNetworkOptions _withoutDropout = TinyProteins.Options with
    {
        Network = new CnnConfig { Filters = [8], Hidden = [16], Dropout = 0 },
        ValidationFraction = 0,
        Precision = Precision.Fp32,
    };

    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void AccumulateBatches_SmallUnequalBatches_LearnLikeOneLargeOne()
    {
        // Plain gradient descent, as Adam would hide a wrong scale. 60 rows are 16 + 16 + 16 + 12.
        ProteinNetworkOptions large = _withoutDropout with
        {
            BatchSize = 60,
            Optimizer = new SgdOptions { Momentum = 0 },
            LearningRate = 0.3,
            ClipNorm = 0.8,
            Loss = new() { ClassWeighting = ClassWeighting.Balanced, LabelSmoothing = 0.1 },
        };

        (float[] expected, TrainingSummary one) = Train(large, 60);
        (float[] scores, TrainingSummary four) = Train(large with { BatchSize = 16, AccumulateBatches = 4 }, 60);

        Nearly.Equal(expected, scores, 1e-5);
        Nearly.Equal([.. one.History.Select(epoch => epoch.Loss)], four.History.Select(epoch => epoch.Loss).ToArray(), 1e-5);
        Assert.True(one.History[0].Loss - one.History[^1].Loss > 0.01, "The comparison says nothing where nothing is learned.");
    }

    [Fact]
    public void AccumulateBatches_NoMultipleOfTheEpoch_TakesAStepAtItsEnd()
    {
        // 60 rows are 4 batches of 16: a step of 3 and one of the last.
        var rates = new List<double>();
        var watcher = new Watcher(run => rates.Add(run.LearningRate));

        Train(_withoutDropout with { AccumulateBatches = 3, Epochs = 1, Schedule = new CosineSchedule { WarmUp = 0 }, Callbacks = [watcher] }, 60);

        Nearly.Equal([0, 0, 1e-3, 0.5e-3], rates, 1e-12);
    }

    [Fact]
    public void Schedule_OverEpochs_IsInTheHistory()
    {
        (_, TrainingSummary training) = Train(_withoutDropout with { Epochs = 4, BatchSize = 60, Schedule = new CosineSchedule { WarmUp = 0 } }, 60);

        Nearly.Equal([1e-3, 0.5e-3 * (1 + Math.Sqrt(0.5)), 0.5e-3, 0.5e-3 * (1 - Math.Sqrt(0.5))], [.. training.History.Select(epoch => epoch.LearningRate!.Value)], 1e-12);
    }

    [Fact]
    public void ClipNorm_OfALongGradient_ShortensTheStep()
    {
        ProteinNetworkOptions options = _withoutDropout with { BatchSize = 60, Epochs = 1, LearningRate = 1, Optimizer = new SgdOptions { Momentum = 0 } };

        (float[] still, _) = Train(options with { LearningRate = 1e-12 }, 60);
        (float[] free, _) = Train(options, 60);
        (float[] clipped, _) = Train(options with { ClipNorm = 1e-4 }, 60);

        Nearly.Equal(still, clipped, 1e-4);
        Assert.True(still.Zip(free).Max(pair => Math.Abs(pair.First - pair.Second)) > 1e-3);
    }

    [Fact]
    public void AverageDecay_WithoutValidation_KeepsTheAverageAndNotTheNewestWeights()
    {
        // Three steps in three epochs: of the weights w0 to w3 the average keeps 2/11, 3/12 and 4/13 of itself.
        ProteinNetworkOptions options = _withoutDropout with { BatchSize = 60 };
        float[][] weights = [.. Enumerable.Range(0, 4).Select(epochs => Weights(
            epochs == 0 ? options with { Epochs = 1, LearningRate = 1e-12 } : options with { Epochs = epochs }))];
        float[] expected = weights[0];
        foreach ((float[] next, double share) in weights[1..].Zip((double[])[2 / 11.0, 3 / 12.0, 4 / 13.0]))
            expected = [.. expected.Zip(next, (average, value) => (float)(average * share + value * (1 - share)))];

        float[] averaged = Weights(options with { AverageDecay = 0.999 });

        Nearly.Equal(expected, averaged, 1e-6);
        Assert.NotEqual(weights[3], averaged);
    }

    [Fact]
    public void AverageDecay_WithValidation_JudgesTheAverage()
    {
        IDataView data = TinyProteins.LoadEncoded(_context, 60);
        ProteinNetworkOptions options = TinyProteins.Options with { Epochs = 6, AverageDecay = 0.9 };

        using ProteinNetworkTransformer model = _context.MulticlassClassification.Trainers.ProteinNetwork(options).Fit(data, data);

        float[] scores = TinyProteins.Scores(model.Transform(data));
        List<object[]> labels = RowValues.Read(data, "Label");
        double loss = Enumerable.Range(0, 60).Average(row => -Math.Log(scores[row * 10 + (int)(double)labels[row][0] - 1]));
        Assert.Equal(model.Model.Training.History[model.Model.Training.BestEpoch - 1].ValidationLoss!.Value, loss, 5);
    }

    [Theory]
    [InlineData(TrainingMetric.ValidationGorodkin)]
    [InlineData(TrainingMetric.ValidationMacroF1)]
    public void StopOn_AnyMetric_KeepsItsBestEpoch(TrainingMetric metric)
    {
        (_, TrainingSummary training) = Train(TinyProteins.Options with { Epochs = 12, StopOn = metric, Patience = 4 }, 120);

        EpochResult best = training.History.MaxBy(epoch => metric.Of(epoch))!;
        Assert.Equal(best.Epoch, training.BestEpoch);
        Assert.InRange(training.History.Count, best.Epoch, Math.Min(12, best.Epoch + 4));
    }

    [Fact]
    public void ValidationMetrics_OfAnEpoch_AreThoseOfTheEvaluation()
    {
        IDataView data = TinyProteins.LoadEncoded(_context, 60);
        using ProteinNetworkTransformer model = _context.MulticlassClassification.Trainers.ProteinNetwork(TinyProteins.Options).Fit(data, data);

        var metrics = _context.MulticlassClassification.EvaluateLocalization(model.Transform(data));

        EpochResult best = model.Model.Training.History[model.Model.Training.BestEpoch - 1];
        Nearly.Equal(
            [metrics.Accuracy, metrics.MacroF1, metrics.Gorodkin],
            [best.ValidationAccuracy!.Value, best.ValidationMacroF1!.Value, best.ValidationGorodkin!.Value], 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Fit_WithEverythingOn_LearnsAndIsEqualForEqualSeeds(int recipe)
    {
        ProteinNetworkOptions options = TinyProteins.Options with { Epochs = 8, AverageDecay = 0.8, ClipNorm = 1, AccumulateBatches = 2 };
        options = recipe switch
        {
            0 => options with { Optimizer = new AdamWOptions(), Schedule = new CosineSchedule(), LearningRate = 0.01, Loss = new() { LabelSmoothing = 0.1 } },
            1 => options with { Optimizer = new SgdOptions { WeightDecay = 1e-4 }, Schedule = new OneCycleSchedule(), LearningRate = 0.1, Loss = new() { FocalGamma = 2 } },
            _ => options with { Schedule = new PlateauSchedule { Patience = 1 }, LearningRate = 0.01, Loss = new() { ClassWeighting = ClassWeighting.EffectiveNumber } },
        };

        (float[] first, TrainingSummary training) = Train(options, 120);

        Assert.Equal(first, Train(options, 120).Scores);
        Assert.True(training.History[^1].Loss < training.History[0].Loss * 0.98, $"{training.History[0].Loss} to {training.History[^1].Loss}");
    }

    [Fact]
    public void Settings_OfAModel_SayHowItLearned()
    {
        (_, TrainingSummary training) = Train(TinyProteins.Options with { Epochs = 1, Optimizer = new AdamWOptions(), Schedule = new Halved() }, 60);

        JsonElement settings = training.Settings!.Value;

        Assert.Equal(("adamw", 0.01), (settings.GetProperty("optimizer").GetProperty("kind").GetString(), settings.GetProperty("optimizer").GetProperty("weightDecay").GetDouble()));
        Assert.Equal("ValidationLoss", settings.GetProperty("stopOn").GetString());
        Assert.Equal(0.5e-3, training.History[0].LearningRate);
    }

    [Fact]
    public void Summary_WrittenBeforeTheNewMetrics_IsStillRead()
    {
        const string Old = """
            {"rows":5,"validationRows":0,"validationSplit":"none","classCounts":[5],"bestEpoch":1,"cancelled":false,"seed":1,"batchSize":2,
            "learningRate":0.001,"precision":"fp32","seconds":1,"dataHash":"","history":[{"epoch":1,"loss":2,"accuracy":0.5,"validationLoss":null,"validationAccuracy":null,"seconds":1}]}
            """;

        TrainingSummary summary = JsonSerializer.Deserialize<TrainingSummary>(Old, ManifestJson.Options)!;

        Assert.Equal(new EpochResult(1, 2, 0.5, null, null, 1), summary.History[0]);
        Assert.Null(summary.Settings);
    }

    private (float[] Scores, TrainingSummary Training) Train(ProteinNetworkOptions options, int count)
    {
        IDataView data = TinyProteins.LoadEncoded(_context, count);
        using ProteinNetworkTransformer model = _context.MulticlassClassification.Trainers.ProteinNetwork(options).Fit(data);
        return (TinyProteins.Scores(model.Transform(data)), model.Model.Training);
    }

    private float[] Weights(ProteinNetworkOptions options)
    {
        using ProteinNetworkTransformer model = _context.MulticlassClassification.Trainers.ProteinNetwork(options).Fit(TinyProteins.LoadEncoded(_context, 60));
        float[] values = [];
        model.Model.ReadWeights(tensors => values = [.. tensors.Values.SelectMany(tensor => tensor.data<float>().ToArray())]);
        return values;
    }

    private sealed class Watcher(Action<TrainingRun> onBatch) : ITrainingCallback
    {
        public void OnBatchEnd(TrainingRun run) => onBatch(run);
    }

    private sealed record Halved : LearningRateSchedule
    {
        public override double FactorAt(long index, long count) => 0.5;
    }
}
