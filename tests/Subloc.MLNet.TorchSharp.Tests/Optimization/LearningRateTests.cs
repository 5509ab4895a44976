using System.Text.Json.Nodes;
using Subloc.MLNet.TorchSharp.Optimization;
using Subloc.MLNet.TorchSharp.Training;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Optimization;

[Collection(TorchTests.Name)]
public sealed class LearningRateTests
{
    [Fact]
    public void Constant_NeverChanges() => Assert.Equal([0.1, 0.1, 0.1], Rates(new ConstantSchedule(), 0.1, 3));

    [Fact]
    public void Cosine_WithWarmUp_RisesLinearlyAndFallsToTheFloor()
    {
        // 2 of 10 steps rise; the fall passes (1 + cos(pi i / 8)) / 2 at i = 0 to 7, over 0.2 to 1.
        double[] expected = [1 / 3.0, 2 / 3.0, .. Enumerable.Range(0, 8).Select(i => 0.2 + 0.8 * (1 + Math.Cos(Math.PI * i / 8)) / 2)];

        double[] rates = Rates(new CosineSchedule { WarmUp = 0.2, Floor = 0.2 }, 1, 10);

        Nearly.Equal(expected, rates, 1e-12);
        Assert.Equal((1, 0.6), (rates[2], Math.Round(rates[6], 12)));
    }

    [Fact]
    public void Cosine_WithoutWarmUp_BeginsAtTheFullRate() =>
        Nearly.Equal([1, 0.75, 0.25], Rates(new CosineSchedule { WarmUp = 0 }, 1, 3), 1e-12);

    [Fact]
    public void OneCycle_AllSteps_AreThoseOfTorchSharp()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Linear(1, 1);
        using var optimizer = optim.SGD(layer.parameters(), 0.5);
        var scheduler = optim.lr_scheduler.OneCycleLR(optimizer, max_lr: 0.5, total_steps: 40, cycle_momentum: false);
        var expected = new List<double>();
        for (int step = 0; step < 40; step++)
        {
            expected.Add(optimizer.ParamGroups.First().LearningRate);
            optimizer.step();
            if (step < 39)
                scheduler.step();
        }

        double[] rates = Rates(new OneCycleSchedule(), 0.5, 40);

        Nearly.Equal(expected, rates, 1e-9);
        Nearly.Equal([0.02, 0.5], [rates[0], rates.Max()], 1e-12);
    }

    [Fact]
    public void OneCycle_OfOneStep_TakesTheFullRate() => Assert.Equal([0.5], Rates(new OneCycleSchedule(), 0.5, 1));

    [Fact]
    public void Plateau_NoImprovement_LowersTheRateToTheFloor()
    {
        var schedule = new PlateauSchedule { Patience = 2, Factor = 0.5, Floor = 0.2, MinDelta = 0.05 };

        // Epochs 2 and 3 are better by 0.04 and 0.03 only; epoch 4 is better than 1 by more.
        Assert.Equal(
            [1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2],
            AfterEpochs(new LearningRate(1, schedule), [1, 0.96, 0.97, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8]));
    }

    [Fact]
    public void Plateau_OfAMetricWhereMoreIsBetter_CountsRises()
    {
        var schedule = new PlateauSchedule { Patience = 1, Factor = 0.1, Metric = TrainingMetric.ValidationGorodkin };

        Nearly.Equal([1, 1, 0.1], AfterEpochs(new LearningRate(1, schedule), [0.1, 0.2, 0.2]), 1e-12);
    }

    [Fact]
    public void State_OfAPlateau_GoesOnWhereItWas()
    {
        var first = new LearningRate(1, new PlateauSchedule { Patience = 2 });
        AfterEpochs(first, [1, 1, 1, 1]);
        var second = new LearningRate(1, new PlateauSchedule { Patience = 2 });

        second.RestoreState(JsonNode.Parse(first.SaveState()!.ToJsonString())!);

        Assert.Equal(0.5, second.Current);
        Assert.Equal(AfterEpochs(first, [1, 1, 1]), AfterEpochs(second, [1, 1, 1]));
        Assert.Equal(0.125, first.Current);
    }

    [Fact]
    public void MoveTo_OfAScheduleThatGivesNoRate_SaysWhich()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new LearningRate(1, new Broken()).MoveTo(0, 10));

        Assert.Equal("The schedule Broken gave the factor NaN for step 0 of 10; it must give 0 or more.", error.Message);
    }

    [Fact]
    public void Schedules_OutOfRange_AreRefused()
    {
        LearningRateSchedule[] bad =
        [
            new CosineSchedule { WarmUp = 1 }, new CosineSchedule { Floor = -0.1 }, new OneCycleSchedule { WarmUp = double.NaN },
            new OneCycleSchedule { Start = 1 }, new OneCycleSchedule { End = -1 }, new PlateauSchedule { Patience = 0 },
            new PlateauSchedule { Factor = 1 }, new PlateauSchedule { Factor = 0 }, new PlateauSchedule { MinDelta = -1 },
            new PlateauSchedule { Floor = 1 }, new PlateauSchedule { Metric = (TrainingMetric)77 },
        ];

        Assert.All(bad, schedule => Assert.Throws<ArgumentOutOfRangeException>(schedule.Validate));
    }

    private static double[] Rates(LearningRateSchedule schedule, double peak, int steps)
    {
        schedule.Validate();
        var rate = new LearningRate(peak, schedule);
        return [.. Enumerable.Range(0, steps).Select(step => rate.MoveTo(step, steps))];
    }

    // The rate of the step after each epoch, all metrics of which have the same given value.
    private static double[] AfterEpochs(LearningRate rate, double[] values)
    {
        var run = new TrainingRun(values.Length, 1, 1, 1);
        return [.. values.Select((value, i) =>
        {
            run.Add(new EpochResult(i + 1, value, value, value, value, 0, value, value));
            rate.OnEpochEnd(run);
            return rate.MoveTo(i, 100);
        })];
    }

    private sealed record Broken : LearningRateSchedule
    {
        public override double FactorAt(long index, long count) => double.NaN;
    }
}
