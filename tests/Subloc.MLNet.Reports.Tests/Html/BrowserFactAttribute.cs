namespace Subloc.MLNet.Reports.Tests.Html;

/// <summary>A test that opens a page in Chromium; reported as skipped where Chromium or its driver is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Browser.Program is null || Browser.Driver is null)
            Skip = "Needs Chromium and its driver: install the packages chromium and chromium-driver.";
    }
}
