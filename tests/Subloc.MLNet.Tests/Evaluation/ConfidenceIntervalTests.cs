using Subloc.MLNet.Evaluation;

namespace Subloc.MLNet.Tests.Evaluation;

public sealed class ConfidenceIntervalTests
{
    // 8 of 10: centre (0.8 + 3.8415 / 20) / 1.38415 = 0.71674, half width 1.96 / 1.38415 * sqrt(0.016 + 0.0096036) = 0.22658.
    [Theory]
    [InlineData(8, 10, 0.49016, 0.94332)]
    [InlineData(0, 10, 0, 0.27753)]
    [InlineData(10, 10, 0.72247, 1)]
    [InlineData(0, 469, 0, 0.00812)]
    [InlineData(0, 0, 0, 1)]
    public void OfShare_OfCounts_IsWilsonsInterval(int successes, int count, double lower, double upper)
    {
        var interval = ConfidenceInterval.OfShare(successes, count);

        Assert.Equal(lower, interval.Lower, 4);
        Assert.Equal(upper, interval.Upper, 4);
        Assert.True(interval.Contains(count == 0 ? 0.5 : (double)successes / count));
    }

    [Fact]
    public void OfShare_OfMoreSuccessesThanRows_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfidenceInterval.OfShare(3, 2));
}
