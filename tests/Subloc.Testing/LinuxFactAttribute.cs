using Xunit;

namespace Subloc.Testing;

/// <summary>A test of what is done on Linux; skipped elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Only on Linux.";
    }
}
