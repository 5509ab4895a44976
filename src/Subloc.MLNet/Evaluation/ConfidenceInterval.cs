using System.Globalization;

namespace Subloc.MLNet.Evaluation;

/// <summary>A confidence interval of 95 %.</summary>
/// <param name="Lower">The 2.5 % percentile.</param>
/// <param name="Upper">The 97.5 % percentile.</param>
public readonly record struct ConfidenceInterval(double Lower, double Upper)
{
    /// <summary>Whether a value lies in the interval, its ends included.</summary>
    /// <param name="value">Any value.</param>
    public bool Contains(double value) => value >= Lower && value <= Upper;

    /// <summary>The interval with three decimals, such as <c>[0.712, 0.745]</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Lower:0.000}, {Upper:0.000}]");
}
