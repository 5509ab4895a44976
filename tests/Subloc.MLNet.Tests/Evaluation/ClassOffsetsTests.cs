using Subloc.MLNet.Evaluation;

namespace Subloc.MLNet.Tests.Evaluation;

public sealed class ClassOffsetsTests
{
    // Four rows of class 0 by odds of 9 and one of class 1 that is taken for class 0 by odds of 11 to 9. Moving class 0 down by 0.4 is more than
    // ln(11 / 9) = 0.2 and less than ln 9 = 2.2: all are right, and no smaller step can serve more.
    [Fact]
    public void FitToProbabilities_OfARareClassThatIsNearlyNamed_MovesItAsWorkedByHand()
    {
        float[] probabilities = [0.9f, 0.1f, 0.9f, 0.1f, 0.9f, 0.1f, 0.9f, 0.1f, 0.55f, 0.45f];

        Assert.Equal([-0.4, 0], ClassOffsets.FitToProbabilities(probabilities, [0, 0, 0, 0, 1]));
    }

    // A row of class 0 is lost for one of class 1: accuracy stays, and macro-F1 decides.
    [Fact]
    public void FitToProbabilities_WhereAccuracyIsEqual_LetsMacroF1Decide()
    {
        float[] probabilities = [0.9f, 0.1f, 0.9f, 0.1f, 0.55f, 0.45f, 0.55f, 0.45f];
        int[] actual = [0, 0, 0, 1];

        double[] offsets = ClassOffsets.FitToProbabilities(probabilities, actual);

        // 3/4 and (6/7 + 0) / 2 before; 3/4 and (4/5 + 2/3) / 2 after.
        Assert.Equal([-0.4, 0], offsets);
        float[] moved = ClassOffsets.Apply(probabilities, offsets);
        Assert.True(moved[4] < moved[5] && moved[0] > moved[1]);
    }

    [Fact]
    public void FitToProbabilities_WhereAllAreRight_LeavesThemAlone() =>
        Assert.Equal([0, 0, 0], ClassOffsets.FitToProbabilities([0.6f, 0.3f, 0.1f, 0.2f, 0.5f, 0.3f, 0, 0, 1], [0, 1, 2]));

    [Fact]
    public void Apply_OfALogarithm_MultipliesAndNormalises()
    {
        float[] moved = ClassOffsets.Apply([0.55f, 0.45f, 0.2f, 0.8f], [0, Math.Log(2)]);

        Assert.Equal(0.55 / 1.45, moved[0], 6);
        Assert.Equal(0.9 / 1.45, moved[1], 6);
        Assert.Equal(0.2 / 1.8, moved[2], 6);
        Assert.Equal(1.6 / 1.8, moved[3], 6);
    }

    [Fact]
    public void FitAndApply_OfBadInput_SayWhat()
    {
        Assert.Contains("no rows", Assert.Throws<ArgumentOutOfRangeException>(() => ClassOffsets.FitToProbabilities([], [])).Message, StringComparison.Ordinal);
        Assert.Contains("outside 0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => ClassOffsets.FitToProbabilities([0.5f, 0.5f], [2])).Message, StringComparison.Ordinal);
        Assert.Contains("probability", Assert.Throws<ArgumentOutOfRangeException>(() => ClassOffsets.FitToProbabilities([0.5f, 1.5f], [1])).Message, StringComparison.Ordinal);
        Assert.Contains("Rows of 2", Assert.Throws<ArgumentOutOfRangeException>(() => ClassOffsets.Apply([0.5f, 0.5f, 0], [0, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("finite", Assert.Throws<ArgumentOutOfRangeException>(() => ClassOffsets.Apply([0.5f, 0.5f], [0, double.NaN])).Message, StringComparison.Ordinal);
    }
}
