using Subloc.MLNet.Reports.Results;

namespace Subloc.MLNet.Reports.Tests.Results;

public sealed class RankedProteinsTests
{
    [Fact]
    public void Of_FourProteins_GivesTheCurvesWorkedByHand()
    {
        RankedProteins ranked = RankedProteins.Of([(0.9, true), (0.8, false), (0.7, true), (0.1, false)])!;

        Assert.Equal([(0, 0), (0, 0.5), (0.5, 0.5), (0.5, 1), (1, 1)], ranked.Roc);
        Assert.Equal([(0.5, 1), (0.5, 0.5), (1, 2 / 3.0), (1, 0.5)], ranked.PrecisionRecall);
        Assert.Equal(0.75, ranked.AreaUnderRoc, 12);
        Assert.Equal((1 + (2 / 3.0)) / 2, ranked.AveragePrecision, 12);
        Assert.Equal(0.5, ranked.BaseRate);
    }

    [Fact]
    public void Of_EqualProbabilities_IsWhatGuessingReaches()
    {
        RankedProteins ranked = RankedProteins.Of([(0.5, true), (0.5, false), (0.5, false), (0.5, false)])!;

        Assert.Equal([(0, 0), (1, 1)], ranked.Roc);
        Assert.Equal(0.5, ranked.AreaUnderRoc, 12);
        Assert.Equal(0.25, ranked.AveragePrecision, 12);
    }

    [Fact]
    public void Of_OneKindOnly_IsNull()
    {
        Assert.Null(RankedProteins.Of([(0.5, true)]));
        Assert.Null(RankedProteins.Of([(0.5, false)]));
    }
}
