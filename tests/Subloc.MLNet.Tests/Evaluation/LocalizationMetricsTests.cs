using Subloc.MLNet.Evaluation;

namespace Subloc.MLNet.Tests.Evaluation;

public class LocalizationMetricsTests
{
    // Ten rows of three classes. The confusion matrix, rows true and columns predicted:
    //        a  b  c | true
    //    a   3  1  0 |  4
    //    b   1  2  0 |  3
    //    c   1  1  1 |  3
    //        5  4  1 | 10
    private static readonly string[] _names = ["a", "b", "c"];
    private static readonly int[] _actual = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2];
    private static readonly int[] _predicted = [0, 0, 0, 1, 0, 1, 1, 0, 1, 2];

    // Every row gives 0.8 to the predicted class and 0.1 to the others.
    private static readonly float[] _scores = [.. _predicted.SelectMany(k => Enumerable.Range(0, 3).Select(i => i == k ? 0.8f : 0.1f))];

    private static readonly LocalizationMetrics _metrics = LocalizationMetrics.From(_actual, _predicted, _scores, _names);

    [Fact]
    public void From_ThreeClasses_GivesHandWorkedAverages()
    {
        // Recall 3/4, 2/3, 1/3. Precision 3/5, 2/4, 1/1. F1 = 2 hits / (true + predicted) = 6/9, 4/7, 2/4.
        Assert.Equal(10, _metrics.RowCount);
        Assert.Equal(6 / 10.0, _metrics.Accuracy, 12);
        Assert.Equal((3 / 4.0 + 2 / 3.0 + 1 / 3.0) / 3, _metrics.MacroAccuracy, 12);
        Assert.Equal((6 / 9.0 + 4 / 7.0 + 2 / 4.0) / 3, _metrics.MacroF1, 12);
        Assert.Equal((4 * 6 / 9.0 + 3 * 4 / 7.0 + 3 * 2 / 4.0) / 10, _metrics.WeightedF1, 12);
    }

    [Fact]
    public void From_ThreeClasses_GivesHandWorkedGorodkin()
    {
        // Covariance: hits * n - sum(true * predicted) = 6 * 10 - (4*5 + 3*4 + 3*1) = 60 - 35 = 25.
        // Deviations: n^2 - sum(true^2) = 100 - 34 = 66; n^2 - sum(predicted^2) = 100 - 42 = 58.
        Assert.Equal(25 / Math.Sqrt(66 * 58), _metrics.Gorodkin, 12);
    }

    [Fact]
    public void From_ThreeClasses_GivesHandWorkedLogLoss()
    {
        // Six rows are right (0.8) and four wrong (0.1). Entropy of 4, 3, 3 of 10.
        double loss = -(6 * Math.Log(0.8) + 4 * Math.Log(0.1)) / 10;
        double entropy = -(0.4 * Math.Log(0.4) + 2 * 0.3 * Math.Log(0.3));

        Assert.Equal(loss, _metrics.LogLoss, 6);
        Assert.Equal((entropy - loss) / entropy, _metrics.LogLossReduction, 6);
    }

    [Fact]
    public void From_ThreeClasses_GivesHandWorkedClassMetrics()
    {
        ClassMetrics a = _metrics.PerClass[0];

        // Class a: TP 3, FP 2, FN 1, TN 4; MCC = (3*4 - 2*1) / sqrt(5 * 4 * 6 * 5).
        Assert.Equal(("a", 4, 5), (a.Name, a.Count, a.PredictedCount));
        Assert.Equal(3 / 5.0, a.Precision, 12);
        Assert.Equal(3 / 4.0, a.Recall, 12);
        Assert.Equal(6 / 9.0, a.F1, 12);
        Assert.Equal(10 / Math.Sqrt(600), a.Mcc, 12);
        Assert.Equal([[3, 1, 0], [1, 2, 0], [1, 1, 1]], _metrics.ConfusionMatrix);
    }

    [Fact]
    public void From_CalibrationExample_GivesHandWorkedError()
    {
        // Four rows at 0.75, in the bin (11/15, 12/15], of which two are right, and one wrong row at 0.95, in the last bin.
        // ECE = 4/5 * |2/4 - 0.75| + 1/5 * |0 - 0.95| = 0.2 + 0.19.
        int[] actual = [0, 0, 1, 1, 1], predicted = [0, 0, 0, 0, 0];
        float[] scores = [0.75f, 0.25f, 0.75f, 0.25f, 0.75f, 0.25f, 0.75f, 0.25f, 0.95f, 0.05f];

        LocalizationMetrics metrics = LocalizationMetrics.From(actual, predicted, scores, ["a", "b"]);

        Assert.Equal(0.39, metrics.ExpectedCalibrationError, 6);
        Assert.Equal(15, metrics.ReliabilityBins.Count);
        Assert.Equal(new ReliabilityBin(11 / 15.0, 12 / 15.0, 4, 0.75, 0.5), metrics.ReliabilityBins[11]);
        Assert.Equal(1, metrics.ReliabilityBins[14].Count);
        Assert.Equal(5, metrics.ReliabilityBins.Sum(bin => bin.Count));
    }

    [Fact]
    public void From_NoTrainingCounts_TakesBaselinesFromTheEvaluatedRows()
    {
        // Always a: 4 of 10 right; F1 of a = 2*4 / (4 + 10), of the others 0. Guessing: 0.4^2 + 0.3^2 + 0.3^2 right,
        // expected precision and recall of a class are both its share.
        BaselineMetrics majority = _metrics.MajorityBaseline, random = _metrics.RandomBaseline;

        Assert.Equal("a", majority.ClassName);
        Assert.False(majority.FromTrainingRows);
        Assert.Equal(0.4, majority.Accuracy, 12);
        Assert.Equal(1 / 3.0, majority.MacroAccuracy, 12);
        Assert.Equal(8 / 14.0 / 3, majority.MacroF1, 12);
        Assert.Equal(0, majority.Gorodkin);
        Assert.Equal(-(0.4 * Math.Log(0.4) + 0.6 * Math.Log(0.3)), majority.LogLoss, 12);
        Assert.Null(random.ClassName);
        Assert.Equal(0.34, random.Accuracy, 12);
        Assert.Equal(1 / 3.0, random.MacroAccuracy, 12);
        Assert.Equal(1 / 3.0, random.MacroF1, 12);
    }

    [Fact]
    public void From_TrainingCounts_TakesBaselinesFromThem()
    {
        // Training shares 0.2, 0.7, 0.1. Always b: 3 of 10 right. Guessing: 0.2*0.4 + 0.7*0.3 + 0.1*0.3.
        var counts = new Dictionary<string, int> { ["b"] = 70, ["a"] = 20, ["c"] = 10 };
        var options = new LocalizationEvaluationOptions { TrainingClassCounts = counts };

        LocalizationMetrics metrics = LocalizationMetrics.From(_actual, _predicted, _scores, _names, options);

        Assert.Equal("b", metrics.MajorityBaseline.ClassName);
        Assert.True(metrics.MajorityBaseline.FromTrainingRows);
        Assert.Equal(0.3, metrics.MajorityBaseline.Accuracy, 12);
        Assert.Equal(6 / 13.0 / 3, metrics.MajorityBaseline.MacroF1, 12);
        Assert.Equal(0.32, metrics.RandomBaseline.Accuracy, 12);
        Assert.Equal(-(0.4 * Math.Log(0.2) + 0.3 * Math.Log(0.7) + 0.3 * Math.Log(0.1)), metrics.RandomBaseline.LogLoss, 12);
    }

    [Fact]
    public void From_TwoClasses_GorodkinEqualsMatthews()
    {
        int[] actual = [0, 0, 0, 1, 1, 0, 1, 0], predicted = [0, 1, 0, 1, 0, 0, 1, 1];

        LocalizationMetrics metrics = LocalizationMetrics.From(actual, predicted, Flat(8, 2), ["a", "b"]);

        // TP 3, FP 1, FN 2, TN 2: (3*2 - 1*2) / sqrt(4 * 5 * 3 * 4).
        Assert.Equal(4 / Math.Sqrt(240), metrics.Gorodkin, 12);
        Assert.All(metrics.PerClass, one => Assert.Equal(metrics.Gorodkin, one.Mcc, 12));
    }

    [Fact]
    public void From_AbsentAndUnpredictedClasses_CountAsDocumented()
    {
        // Class c neither occurs nor is predicted, class b occurs but is never predicted.
        LocalizationMetrics metrics = LocalizationMetrics.From([0, 0, 1], [0, 0, 0], Flat(3, 3), _names);

        Assert.Equal(0, metrics.Gorodkin);
        Assert.Equal((4 / 5.0 + 0) / 2, metrics.MacroF1, 12);
        Assert.Equal(0.5, metrics.MacroAccuracy, 12);
        Assert.Equal(
            new ClassMetrics { Name = "c", Count = 0, PredictedCount = 0, Precision = 0, Recall = 0, F1 = 0, Mcc = 0 },
            metrics.PerClass[2]);
    }

    [Fact]
    public void From_OneClassOccurs_GivesFiniteMetrics()
    {
        LocalizationMetrics metrics = LocalizationMetrics.From([1, 1], [1, 1], [0, 1, 0, 1], ["a", "b"]);

        Assert.Equal((1.0, 1.0, 0.0, 0.0), (metrics.Accuracy, metrics.MacroF1, metrics.LogLoss, metrics.LogLossReduction));
        Assert.Equal(0, metrics.Gorodkin);
    }

    [Fact]
    public void From_EqualSeeds_GivesEqualIntervalsAroundTheEstimates()
    {
        LocalizationIntervals again = LocalizationMetrics.From(_actual, _predicted, _scores, _names).Intervals!;
        LocalizationIntervals other = LocalizationMetrics.From(
            _actual, _predicted, _scores, _names, new LocalizationEvaluationOptions { Seed = 2, Resamples = 999 }).Intervals!;

        Assert.Equal(_metrics.Intervals, again);
        Assert.NotEqual(other.Gorodkin, again.Gorodkin);
        Assert.Equal(1000, again.Resamples);
        Assert.True(again.Accuracy.Contains(_metrics.Accuracy));
        Assert.True(again.MacroF1.Contains(_metrics.MacroF1));
        Assert.True(again.Gorodkin.Contains(_metrics.Gorodkin));
    }

    [Fact]
    public void From_ManyRows_GivesTheWidthOfTheNormalApproximation()
    {
        // 800 of 1000 right: 1.96 * sqrt(0.8 * 0.2 / 1000) = 0.0248 to either side.
        int[] actual = new int[1000], predicted = [.. Enumerable.Range(0, 1000).Select(i => i < 800 ? 0 : 1)];

        ConfidenceInterval interval = LocalizationMetrics.From(actual, predicted, Flat(1000, 2), ["a", "b"]).Intervals!.Accuracy;

        Assert.InRange(interval.Lower, 0.770, 0.780);
        Assert.InRange(interval.Upper, 0.820, 0.830);
    }

    [Fact]
    public void From_RepeatedSamples_CoversTheTruthAboutAsOftenAsPromised()
    {
        // 200 samples of 150 rows from a predictor that is right with probability 0.7.
        var random = new Random(5);
        int covered = 0;
        for (int sample = 0; sample < 200; sample++)
        {
            int[] actual = [.. Enumerable.Range(0, 150).Select(_ => random.Next(2))];
            int[] predicted = [.. actual.Select(k => random.NextDouble() < 0.7 ? k : 1 - k)];
            var options = new LocalizationEvaluationOptions { Resamples = 400, Seed = sample };
            LocalizationMetrics metrics = LocalizationMetrics.From(actual, predicted, Flat(150, 2), ["a", "b"], options);
            if (metrics.Intervals!.Accuracy.Contains(0.7))
                covered++;
        }

        Assert.InRange(covered, 180, 200);
    }

    [Fact]
    public void From_NoResamples_HasNoIntervals()
    {
        var options = new LocalizationEvaluationOptions { Resamples = 0 };

        Assert.Null(LocalizationMetrics.From(_actual, _predicted, _scores, _names, options).Intervals);
    }

    [Fact]
    public void From_BadInput_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalizationMetrics.From([], [], [], _names));
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalizationMetrics.From([0], [0, 1], Flat(1, 3), _names));
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalizationMetrics.From([0], [0], Flat(1, 2), _names));
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalizationMetrics.From([3], [0], Flat(1, 3), _names));
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalizationMetrics.From([0], [-1], Flat(1, 3), _names));
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalizationMetrics.From([0], [0], [1], ["a"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalizationMetrics.From([0], [0], [0.5f, float.NaN, 0.5f], _names));
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalizationMetrics.From([0], [0], [4.2f, 0, 0], _names));
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalizationMetrics.From(
            [0], [0], Flat(1, 3), _names, new LocalizationEvaluationOptions { Resamples = -1 }));
    }

    public static TheoryData<Dictionary<string, int>> BadTrainingCounts
        => [new() { ["d"] = 1 }, new() { ["a"] = -1 }, new() { ["a"] = 0 }, []];

    [Theory]
    [MemberData(nameof(BadTrainingCounts))]
    public void From_BadTrainingCounts_AreRefused(Dictionary<string, int> counts)
        => Assert.Contains("trainingClassCounts", Assert.Throws<ArgumentOutOfRangeException>(() => LocalizationMetrics.From(
            _actual, _predicted, _scores, _names, new LocalizationEvaluationOptions { TrainingClassCounts = counts })).Message,
            StringComparison.Ordinal);

    private static float[] Flat(int rows, int classes) => [.. Enumerable.Repeat(1f / classes, rows * classes)];
}
