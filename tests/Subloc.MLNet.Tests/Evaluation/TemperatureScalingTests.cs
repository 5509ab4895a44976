using Subloc.MLNet.Evaluation;

namespace Subloc.MLNet.Tests.Evaluation;

public sealed class TemperatureScalingTests
{
    // Four rows are sure of class 0 by a logit of 2 and three of them are right: the log-loss is least where the probability is 3/4, which is
    // at a difference of ln 3, so at the temperature 2 / ln 3.
    [Fact]
    public void Fit_OfTwoClasses_IsTheTemperatureWorkedByHand() =>
        Assert.Equal(2 / Math.Log(3), TemperatureScaling.Fit([2, 0, 2, 0, 2, 0, 2, 0], [0, 0, 1, 0]), 6);

    [Fact]
    public void Fit_OfLogitsThatDifferByANumberARow_IsTheSame() =>
        Assert.Equal(2 / Math.Log(3), TemperatureScaling.Fit([12, 10, 2, 0, -5, -7, 102, 100], [0, 0, 1, 0]), 6);

    [Fact]
    public void FitToProbabilities_OfTheSameRows_IsTheSameTemperature()
    {
        float sure = (float)(Math.Exp(2) / (1 + Math.Exp(2))), unsure = 1 - sure;

        double temperature = TemperatureScaling.FitToProbabilities([sure, unsure, sure, unsure, sure, unsure, sure, unsure], [0, 0, 1, 0]);

        Assert.Equal(2 / Math.Log(3), temperature, 5);
    }

    // Two rows are sure by odds of 4 and two by odds of 9, and three of the four are right.
    [Fact]
    public void FitToAccuracy_OfRowsThatAreNotAllAsSure_MakesTheMeanConfidenceTheAccuracy()
    {
        float[] probabilities = [0.8f, 0.2f, 0.2f, 0.8f, 0.9f, 0.1f, 0.1f, 0.9f];
        int[] actual = [0, 1, 0, 0];

        double temperature = TemperatureScaling.FitToAccuracy(probabilities, actual);

        double inverse = 1 / temperature;
        Assert.Equal(3, (2 / (1 + Math.Pow(4, -inverse))) + (2 / (1 + Math.Pow(9, -inverse))), 5);
        float[] softer = TemperatureScaling.Apply(probabilities, 2, temperature);
        Assert.Equal(0.75, softer.Chunk(2).Average(row => row.Max()), 5);
        Assert.NotEqual(TemperatureScaling.FitToProbabilities(probabilities, actual), temperature, 2);
    }

    // 3/4 are right, which odds of 3 say: 9 at the temperature 2.
    [Fact]
    public void FitToAccuracy_OfRowsAsSure_IsTheTemperatureWorkedByHand() =>
        Assert.Equal(2, TemperatureScaling.FitToAccuracy([0.9f, 0.1f, 0.9f, 0.1f, 0.9f, 0.1f, 0.1f, 0.9f], [0, 0, 0, 0]), 5);

    [Theory]
    [InlineData(0, TemperatureScaling.Least)]
    [InlineData(1, TemperatureScaling.Greatest)]
    public void FitToAccuracy_OfRowsThatAreAllRightOrAllWrong_EndsAtABound(int truth, double expected) =>
        Assert.Equal(expected, TemperatureScaling.FitToAccuracy([0.9f, 0.1f, 0.8f, 0.2f], [truth, truth]), 6);

    [Fact]
    public void FitToAccuracy_OfEqualProbabilities_IsOne() => Assert.Equal(1, TemperatureScaling.FitToAccuracy([0.5f, 0.5f, 0.5f, 0.5f], [0, 1]));

    [Theory]
    [InlineData(0, TemperatureScaling.Least)]
    [InlineData(1, TemperatureScaling.Greatest)]
    public void Fit_OfRowsThatAreAllRightOrAllWrong_EndsAtABound(int truth, double expected) =>
        Assert.Equal(expected, TemperatureScaling.Fit([2, 0, 3, 0], [truth, truth]), 6);

    [Fact]
    public void Fit_OfEqualLogits_IsOne() => Assert.Equal(1, TemperatureScaling.Fit([1, 1, 1, 0, 0, 0], [0, 2]));

    [Fact]
    public void Apply_OfTwo_TakesRootsAndKeepsTheOrder()
    {
        // Roots of 0.64 and 0.36 are 0.8 and 0.6.
        float[] softer = TemperatureScaling.Apply([0.64f, 0.36f, 0, 1], 2, 2);

        Assert.Equal(8.0 / 14, softer[0], 6);
        Assert.Equal(6.0 / 14, softer[1], 6);
        Assert.Equal(1, softer[2] + softer[3], 6);
        Assert.InRange(softer[2], 0, 1e-6f);
    }

    // At the temperature of the fit the rows of the first test have confidence 3/4 and accuracy 3/4.
    [Fact]
    public void Apply_OfTheFittedTemperature_LeavesNoCalibrationError()
    {
        float sure = (float)(Math.Exp(2) / (1 + Math.Exp(2)));
        float[] before = [sure, 1 - sure, sure, 1 - sure, sure, 1 - sure, sure, 1 - sure];
        int[] actual = [0, 0, 1, 0];

        float[] after = TemperatureScaling.Apply(before, 2, TemperatureScaling.FitToProbabilities(before, actual));

        Assert.Equal(sure - 0.75, Error(before), 5);
        Assert.Equal(0, Error(after), 5);

        double Error(float[] probabilities) => LocalizationMetrics
            .From(actual, [0, 0, 0, 0], probabilities, ["A", "B"], new LocalizationEvaluationOptions { Resamples = 0 }).ExpectedCalibrationError;
    }

    [Fact]
    public void Fit_OfWhatDoesNotFit_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TemperatureScaling.Fit([], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => TemperatureScaling.Fit([1, 2, 3], [0, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TemperatureScaling.Fit([1, 2], [2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TemperatureScaling.Fit([1, float.NaN], [0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TemperatureScaling.FitToProbabilities([2, 0], [0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TemperatureScaling.Apply([1, 0], 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TemperatureScaling.Apply([1, 0, 1], 2, 1));
    }
}
