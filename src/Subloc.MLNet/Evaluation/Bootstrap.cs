using Subloc.MLNet.Data;

namespace Subloc.MLNet.Evaluation;

/// <summary>The percentile bootstrap over rows.</summary>
internal static class Bootstrap
{
    private const double Tail = 0.025;

    /// <summary>Draws as many rows as there are, again and again, and takes percentiles of the metrics.</summary>
    public static LocalizationIntervals Run(
        ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted, int classes, LocalizationEvaluationOptions options)
    {
        var random = new SplitMix64(unchecked((ulong)options.Seed));
        var resample = new ConfusionCounts(classes);
        var accuracy = new double[options.Resamples];
        var macroF1 = new double[options.Resamples];
        var gorodkin = new double[options.Resamples];
        for (int i = 0; i < options.Resamples; i++)
        {
            resample.Clear();
            for (int drawn = 0; drawn < actual.Length; drawn++)
            {
                int row = random.Next(actual.Length);
                resample.Add(actual[row], predicted[row]);
            }

            accuracy[i] = resample.Accuracy;
            macroF1[i] = resample.MacroF1;
            gorodkin[i] = resample.Gorodkin;
        }

        return new LocalizationIntervals
        {
            Accuracy = IntervalOf(accuracy),
            MacroF1 = IntervalOf(macroF1),
            Gorodkin = IntervalOf(gorodkin),
            Resamples = options.Resamples,
        };
    }

    private static ConfidenceInterval IntervalOf(double[] values)
    {
        Array.Sort(values);
        return new ConfidenceInterval(Percentile(values, Tail), Percentile(values, 1 - Tail));
    }

    private static double Percentile(double[] sorted, double fraction)
    {
        double place = fraction * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
