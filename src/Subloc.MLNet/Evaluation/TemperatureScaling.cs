using System.Numerics.Tensors;
using Subloc.MLNet.Scoring;

namespace Subloc.MLNet.Evaluation;

/// <summary>Finds the temperature at which probabilities are as large as they are right.</summary>
/// <remarks>
/// Logits are divided by one number, the temperature, before the softmax: above 1 probabilities become less sure, below 1 surer, and the
/// order of the classes stays. Fit it on proteins that the network was not trained on. Guo et al., On calibration of modern neural
/// networks, ICML (2017).
/// </remarks>
public static class TemperatureScaling
{
    /// <summary>Least temperature that is looked for.</summary>
    public const double Least = 0.01;

    /// <summary>Greatest temperature that is looked for.</summary>
    public const double Greatest = 100;

    private const int Steps = 60;

    // Whether probabilities are too sure at a temperature; true below the one that is looked for, false above.
    private delegate bool IsTooSure(ReadOnlySpan<float> logits, ReadOnlySpan<int> actual, double temperature);

    /// <summary>Finds the temperature with the least log-loss, from logits.</summary>
    /// <param name="logits">One value a class before the softmax, row after row: [rows, classes].</param>
    /// <param name="actual">True class of each row.</param>
    /// <returns>The temperature, <see cref="Least"/> to <see cref="Greatest"/>; 1 where it makes no difference.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are no rows, the lengths disagree, an index names no class, or a value is not finite.</exception>
    public static double Fit(ReadOnlySpan<float> logits, ReadOnlySpan<int> actual)
    {
        int classes = CountClasses(logits.Length, actual);
        foreach (float logit in logits)
        {
            if (!float.IsFinite(logit))
                throw new ArgumentOutOfRangeException(nameof(logits), logit, "Every logit must be a finite number.");
        }

        // The log-loss is convex in 1 / temperature, so its slope has one zero at most.
        return Slope(logits, actual, classes, 1) == 0
            ? 1
            : Search(logits, actual, (values, rows, temperature) => Slope(values, rows, classes, 1 / temperature) > 0);
    }

    /// <summary>Finds the temperature with the least log-loss, from the probabilities that a temperature of 1 gave.</summary>
    /// <param name="probabilities">Probability of every class, row after row: [rows, classes]; below 1e-15 they count as 1e-15.</param>
    /// <param name="actual">True class of each row.</param>
    /// <returns>The temperature, <see cref="Least"/> to <see cref="Greatest"/>; 1 where it makes no difference.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There are no rows, the lengths disagree, an index names no class, or a probability is not a number from 0 to 1.
    /// </exception>
    public static double FitToProbabilities(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> actual)
    {
        CountClasses(probabilities.Length, actual);
        return Fit(ToLogits(probabilities), actual);
    }

    /// <summary>Finds the temperature at which the mean of the largest probabilities is the share of rows that are right.</summary>
    /// <remarks>
    /// Where training bent the probabilities, by smoothed labels or class weights, or <see cref="ClassOffsets"/> did, confidence is nearer to the truth
    /// than at the least log-loss. Clarté et al., Expectation consistency for calibration of neural networks, UAI (2023).
    /// </remarks>
    /// <param name="probabilities">Probability of every class, row after row: [rows, classes]; below 1e-15 they count as 1e-15.</param>
    /// <param name="actual">True class of each row.</param>
    /// <returns>
    /// The temperature, <see cref="Least"/> where all rows are right to <see cref="Greatest"/> where fewer are than guessing reaches; 1 where it makes no
    /// difference.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There are no rows, the lengths disagree, an index names no class, or a probability is not a number from 0 to 1.
    /// </exception>
    public static double FitToAccuracy(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> actual)
    {
        int classes = CountClasses(probabilities.Length, actual);
        float[] logits = ToLogits(probabilities);
        double right = 0;
        for (int row = 0; row < actual.Length; row++)
            right += ScoreColumns.ArgMax(logits.AsSpan(row * classes, classes)) == actual[row] ? 1 : 0;

        // The mean grows as the temperature falls.
        double accuracy = right / actual.Length;
        return MeanLargest(logits, classes, Least) == MeanLargest(logits, classes, Greatest)
            ? 1
            : Search(logits, actual, (values, _, temperature) => MeanLargest(values, classes, temperature) > accuracy);
    }

    /// <summary>The probabilities that another temperature gives.</summary>
    /// <param name="probabilities">Probabilities at a temperature of 1, row after row: [rows, classes].</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="temperature">The temperature, above 0.</param>
    /// <returns>Probabilities in the same order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The lengths disagree, a probability is not one, or the temperature is not above 0.</exception>
    public static float[] Apply(ReadOnlySpan<float> probabilities, int classes, double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (temperature is not (> 0 and < double.PositiveInfinity))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "A temperature must be above 0.");
        if (probabilities.Length % classes != 0)
            throw new ArgumentOutOfRangeException(nameof(probabilities), probabilities.Length, $"Rows of {classes} probabilities were expected.");

        float[] logits = ToLogits(probabilities);
        for (int row = 0; row < logits.Length; row += classes)
            Soften(logits.AsSpan(row, classes), temperature);
        return logits;
    }

    private static double Search(ReadOnlySpan<float> logits, ReadOnlySpan<int> actual, IsTooSure isTooSure)
    {
        double coldest = Math.Log(Least), hottest = Math.Log(Greatest);
        for (int step = 0; step < Steps; step++)
        {
            double middle = (coldest + hottest) / 2;
            if (isTooSure(logits, actual, Math.Exp(middle)))
                coldest = middle;
            else
                hottest = middle;
        }

        return Math.Clamp(Math.Exp((coldest + hottest) / 2), Least, Greatest);
    }

    // The mean, over rows, of the expected minus the true logit: the slope of the log-loss against 1 / temperature.
    private static double Slope(ReadOnlySpan<float> logits, ReadOnlySpan<int> actual, int classes, double inverse)
    {
        double slope = 0;
        for (int row = 0; row < actual.Length; row++)
        {
            ReadOnlySpan<float> one = logits.Slice(row * classes, classes);
            double sum = 0, expected = 0;
            float top = one[0];
            foreach (float logit in one)
                top = Math.Max(top, logit);
            foreach (float logit in one)
            {
                double share = Math.Exp((logit - top) * inverse);
                sum += share;
                expected += share * (logit - top);
            }

            slope += expected / sum - (one[actual[row]] - top);
        }

        return slope / actual.Length;
    }

    private static double MeanLargest(ReadOnlySpan<float> logits, int classes, double temperature)
    {
        double mean = 0;
        for (int row = 0; row < logits.Length; row += classes)
        {
            float top = TensorPrimitives.Max(logits.Slice(row, classes));
            double sum = 0;
            foreach (float logit in logits.Slice(row, classes))
                sum += Math.Exp((logit - top) / temperature);
            mean += 1 / sum;
        }

        return mean * classes / logits.Length;
    }

    private static void Soften(Span<float> logits, double temperature)
    {
        float top = logits[0];
        foreach (float logit in logits)
            top = Math.Max(top, logit);
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp((logit - top) / temperature);
        foreach (ref float logit in logits)
            logit = (float)(Math.Exp((logit - top) / temperature) / sum);
    }

    // Probabilities tell the logits up to a number that a softmax does not notice.
    internal static float[] ToLogits(ReadOnlySpan<float> probabilities)
    {
        var logits = new float[probabilities.Length];
        for (int i = 0; i < logits.Length; i++)
        {
            if (!LocalizationMetrics.IsProbability(probabilities[i]))
                throw new ArgumentOutOfRangeException(nameof(probabilities), probabilities[i], "Every score must be a probability from 0 to 1.");
            logits[i] = MathF.Log(Math.Max(LocalizationMetrics.LeastProbability, probabilities[i]));
        }

        return logits;
    }

    internal static int CountClasses(int scores, ReadOnlySpan<int> actual)
    {
        if (actual.Length == 0)
            throw new ArgumentOutOfRangeException(nameof(actual), "There are no rows to fit on.");
        if (scores == 0 || scores % actual.Length != 0)
            throw new ArgumentOutOfRangeException(nameof(scores), scores, $"{actual.Length} rows need as many scores each.");

        int classes = scores / actual.Length;
        foreach (int index in actual)
        {
            if ((uint)index >= (uint)classes)
                throw new ArgumentOutOfRangeException(nameof(actual), index, $"A row names a class outside 0 to {classes - 1}.");
        }

        return classes;
    }
}
