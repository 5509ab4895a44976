using System.Runtime.Versioning;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>How libtorch's threads wait for each other.</summary>
internal static class ThreadWaiting
{
    private const string SpinCount = "GOMP_SPINCOUNT";

    // Some tens of microseconds: enough between two operations, and short beside a time slice.
    private const string ShortSpin = "10000";

    /// <summary>Makes waiting threads sleep soon, unless the user's environment already says how they wait.</summary>
    /// <remarks>
    /// By default libgomp's threads wait in a loop for milliseconds after each operation. Where another program needs the same
    /// cores, they use up the time that the awaited thread needs, and training takes twenty times as long. libgomp reads its
    /// settings when it is loaded, from the C library's environment, which .NET's own does not reach.
    /// </remarks>
    [SupportedOSPlatform("linux")]
    public static void Shorten(NativeEnvironment environment)
    {
        if (environment.Variable(SpinCount) is null && environment.Variable("OMP_WAIT_POLICY") is null)
            _ = CLibrary.SetVariable(SpinCount, ShortSpin);
    }
}
