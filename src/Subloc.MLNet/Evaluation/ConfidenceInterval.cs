using System.Globalization;

namespace Subloc.MLNet.Evaluation;

/// <summary>A confidence interval of 95 %.</summary>
/// <param name="Lower">The 2.5 % percentile.</param>
/// <param name="Upper">The 97.5 % percentile.</param>
public readonly record struct ConfidenceInterval(double Lower, double Upper)
{
    // The 97.5 % percentile of the normal distribution.
    private const double Normal = 1.959963984540054;

    /// <summary>The interval of a share, from counts: Wilson's score interval, which stays within 0 to 1 and holds for small counts too.</summary>
    /// <param name="successes">Rows that have the property.</param>
    /// <param name="count">All rows; where there are none the interval is 0 to 1.</param>
    /// <remarks>Rows are taken as independent, which relatives are not. Wilson, J. Am. Stat. Assoc. 22 (1927), 209-212.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or there are more successes than rows.</exception>
    public static ConfidenceInterval OfShare(int successes, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, count);
        if (count == 0)
            return new ConfidenceInterval(0, 1);

        double share = (double)successes / count, square = Normal * Normal;
        double centre = (share + square / (2 * count)) / (1 + square / count);
        double half = Normal / (1 + square / count) * Math.Sqrt(share * (1 - share) / count + square / (4.0 * count * count));
        return new ConfidenceInterval(successes == 0 ? 0 : centre - half, successes == count ? 1 : centre + half);
    }

    /// <summary>Whether a value lies in the interval, its ends included.</summary>
    /// <param name="value">Any value.</param>
    public bool Contains(double value) => value >= Lower && value <= Upper;

    /// <summary>The interval with three decimals, such as <c>[0.712, 0.745]</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Lower:0.000}, {Upper:0.000}]");
}
