using System.Globalization;

namespace Subloc.MLNet.Evaluation;

/// <summary>Mean and spread of one metric over folds or repeats.</summary>
/// <param name="Mean">Arithmetic mean.</param>
/// <param name="StandardDeviation">Standard deviation with n - 1 in the denominator; NaN where there is one value.</param>
/// <param name="Count">Number of values, at least 1.</param>
/// <remarks>Folds share training rows, so the deviation divided by the root of n is not a standard error of the method.</remarks>
public readonly record struct MetricSummary(double Mean, double StandardDeviation, int Count)
{
    /// <summary>Summarises the values of a metric.</summary>
    /// <param name="values">One value for each fold.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no value.</exception>
    public static MetricSummary Of(IEnumerable<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        double[] all = [.. values];
        if (all.Length == 0)
            throw new ArgumentOutOfRangeException(nameof(values), "A summary needs at least one value.");

        double mean = all.Average();
        double squares = all.Sum(value => (value - mean) * (value - mean));
        return new MetricSummary(mean, all.Length > 1 ? Math.Sqrt(squares / (all.Length - 1)) : double.NaN, all.Length);
    }

    /// <summary>The summary with three decimals, such as <c>0.731 ± 0.012 (n = 5)</c>; one value has no deviation.</summary>
    public override string ToString() => Count > 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Mean:0.000} ± {StandardDeviation:0.000} (n = {Count})")
        : string.Create(CultureInfo.InvariantCulture, $"{Mean:0.000} (n = {Count})");
}
