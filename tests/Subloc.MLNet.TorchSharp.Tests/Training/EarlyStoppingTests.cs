using System.Text.Json.Nodes;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.MLNet.TorchSharp.Tests.Training;

public sealed class EarlyStoppingTests
{
    [Theory]
    [InlineData(TrainingMetric.ValidationLoss, 0, 5)]       // 9 8 8 7 7.9: best at 4
    [InlineData(TrainingMetric.ValidationLoss, 1.5, 3)]     // only 9 counts, then 7 would come too late
    [InlineData(TrainingMetric.ValidationAccuracy, 0, 4)]   // .1 .3 .2 .3: a tie is no improvement
    [InlineData(TrainingMetric.ValidationMacroF1, 0, 3)]    // .5 .4 .3
    [InlineData(TrainingMetric.ValidationGorodkin, 0, 0)]   // rises all the time
    [InlineData(TrainingMetric.TrainingLoss, 0, 0)]         // falls all the time
    public void OnEpochEnd_MetricDoesNotImprove_StopsAfterThePatience(TrainingMetric metric, double minDelta, int stopsAt)
    {
        int patience = metric == TrainingMetric.ValidationLoss && minDelta == 0 ? 1 : 2;
        var stopping = new EarlyStopping(patience, metric, minDelta);
        var run = new TrainingRun(10, 1, 1, 1);
        double[] losses = [9, 8, 7.5, 7, 7.9], accuracies = [0.1, 0.3, 0.2, 0.3, 0.2];

        int epoch = 0;
        while (!run.StopRequested && epoch < losses.Length)
        {
            run.Add(new EpochResult(epoch + 1, 5 - epoch, 0, losses[epoch], accuracies[epoch], 0, 0.5 - 0.1 * epoch, 0.1 * epoch));
            stopping.OnEpochEnd(run);
            epoch++;
        }

        Assert.Equal(stopsAt == 0 ? (5, false) : (stopsAt, true), (epoch, run.StopRequested));
    }

    [Fact]
    public void OnEpochEnd_WithoutValidationRows_NeverStopsByTheirMetrics()
    {
        var stopping = new EarlyStopping(1);
        var run = new TrainingRun(10, 1, 0, 1);

        for (int epoch = 1; epoch <= 5; epoch++)
        {
            run.Add(new EpochResult(epoch, 1, 0, null, null, 0));
            stopping.OnEpochEnd(run);
        }

        Assert.False(run.StopRequested);
        Assert.Equal(5, run.Best!.Epoch);
    }

    [Fact]
    public void State_Restored_GoesOnCounting()
    {
        var before = new EarlyStopping(3);
        var run = new TrainingRun(10, 1, 1, 1);
        foreach (double loss in (double[])[2, 1, 1.5, 1.5])
        {
            run.Add(new EpochResult(run.History.Count + 1, 1, 0, loss, 0, 0));
            before.OnEpochEnd(run);
        }

        var after = new EarlyStopping(3);
        after.OnTrainingStart(run);
        after.RestoreState(JsonNode.Parse(before.SaveState()!.ToJsonString())!);
        run.Add(new EpochResult(5, 1, 0, 1.2, 0, 0));
        Assert.False(run.StopRequested);
        after.OnEpochEnd(run);

        Assert.True(run.StopRequested);
    }

    [Fact]
    public void OnTrainingStart_OfASecondRun_ForgetsTheFirst()
    {
        var stopping = new EarlyStopping(1);
        var first = new TrainingRun(10, 1, 1, 1);
        first.Add(new EpochResult(1, 1, 0, 0.1, 0, 0));
        stopping.OnEpochEnd(first);
        var second = new TrainingRun(10, 1, 1, 1);

        stopping.OnTrainingStart(second);
        second.Add(new EpochResult(1, 1, 0, 0.9, 0, 0));
        stopping.OnEpochEnd(second);

        Assert.False(second.StopRequested);
    }

    [Theory]
    [InlineData(TrainingMetric.ValidationLoss, 3)]
    [InlineData(TrainingMetric.ValidationAccuracy, 2)]
    [InlineData(TrainingMetric.ValidationMacroF1, 1)]
    [InlineData(TrainingMetric.ValidationGorodkin, 4)]
    [InlineData(TrainingMetric.TrainingLoss, 5)]
    public void Best_OfARun_IsChosenByItsMetric(TrainingMetric metric, int best)
    {
        var run = new TrainingRun(10, 1, 1, 1) { Metric = metric };
        double[] losses = [3, 2, 1, 2, 3], accuracies = [0.1, 0.9, 0.9, 0.2, 0.1], f1 = [0.5, 0.1, 0.1, 0.1, 0.1], gorodkin = [0, 0, 0, 0.2, 0.1];

        for (int i = 0; i < 5; i++)
            run.Add(new EpochResult(i + 1, 5 - i, 0, losses[i], accuracies[i], 0, f1[i], gorodkin[i]));

        Assert.Equal(best, run.Best!.Epoch);
    }

    [Fact]
    public void Constructor_OutOfRange_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(1, (TrainingMetric)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(1, TrainingMetric.TrainingLoss, -0.1));
    }
}
