using System.Diagnostics;

namespace Subloc.Benchmarks.Measuring;

/// <summary>How long some work took.</summary>
/// <param name="Seconds">By the clock.</param>
/// <param name="Processor">Seconds of processor time of all threads: what the work costs, also while other programs need the same cores.</param>
internal readonly record struct Lap(double Seconds, double Processor)
{
    /// <summary>The time now, to be subtracted from a later one.</summary>
    public static Lap Now => new(Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency, Environment.CpuUsage.TotalTime.TotalSeconds);

    public static Lap operator -(Lap later, Lap earlier) => new(later.Seconds - earlier.Seconds, later.Processor - earlier.Processor);

    public static Lap operator +(Lap one, Lap other) => new(one.Seconds + other.Seconds, one.Processor + other.Processor);
}
