namespace Subloc.Benchmarks.Measuring;

/// <summary>Memory of this process that is resident, as Linux counts it.</summary>
internal static class ResidentMemory
{
    /// <summary>KB now.</summary>
    public static long Now => Read("VmRSS:");

    /// <summary>KB at the most since the process started.</summary>
    public static long Peak => Read("VmHWM:");

    private static long Read(string name)
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("Resident memory is read from /proc/self/status, which only Linux has.");
        string line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), null);
    }
}
