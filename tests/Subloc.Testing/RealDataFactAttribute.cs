using Xunit;

namespace Subloc.Testing;

/// <summary>A test on the real protein sets; reported as skipped where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealDataFactAttribute : FactAttribute
{
    /// <summary>Marks the test, and skips it when there is no data folder.</summary>
    public RealDataFactAttribute()
    {
        if (RealData.Folder is null)
            Skip = "Needs the real protein sets: name their folder in SUBLOC_DATA.";
    }
}
