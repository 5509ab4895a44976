namespace Subloc.Benchmarks.Measuring;

/// <summary>Summaries of windows.</summary>
internal static class Statistics
{
    /// <summary>The value in the middle; the mean of the middle two where their number is even.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    /// <summary>The median of pairs' ratios, and the smallest and the largest.</summary>
    public static string Ratio(IReadOnlyList<double> ours, IReadOnlyList<double> theirs)
    {
        double[] ratios = [.. ours.Zip(theirs, (a, b) => a / b)];
        return $"{Median(ratios):0.00} ({ratios.Min():0.00}-{ratios.Max():0.00})";
    }
}
