using Subloc.MLNet.Evaluation;

namespace Subloc.MLNet.Tests.Evaluation;

public class MetricSummaryTests
{
    [Fact]
    public void Of_ThreeValues_GivesMeanAndSampleDeviation()
    {
        // Mean 0.6; squares 0.01 + 0 + 0.01 over 2 is 0.01, whose root is 0.1.
        MetricSummary summary = MetricSummary.Of([0.5, 0.6, 0.7]);

        Assert.Equal(0.6, summary.Mean, 12);
        Assert.Equal(0.1, summary.StandardDeviation, 12);
        Assert.Equal("0.600 ± 0.100 (n = 3)", summary.ToString());
    }

    [Fact]
    public void Of_OneValue_HasNoDeviation()
    {
        Assert.True(double.IsNaN(MetricSummary.Of([0.5]).StandardDeviation));
        Assert.Equal("0.500 (n = 1)", MetricSummary.Of([0.5]).ToString());
    }

    [Fact]
    public void Of_NoValues_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => MetricSummary.Of([]));
}
