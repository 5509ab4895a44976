using System.Runtime.Versioning;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>Lets the C library keep freed memory for the next batch.</summary>
/// <remarks>
/// By default glibc gives blocks of some megabytes back to the system as soon as they are freed. A batch frees and asks for hundreds of
/// them, and each then comes back as untouched pages that the system has to fill with zeros: a fifth of the time of a small network.
/// </remarks>
internal static class MemoryReuse
{
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;

    // The largest that glibc accepts; larger blocks still are returned at once.
    private const int LargestKeptBlock = 32 << 20;
    private const int LargestKeptEnd = 256 << 20;

    /// <summary>Sets the limits, unless the user's environment already sets any.</summary>
    [SupportedOSPlatform("linux")]
    public static void Enable(NativeEnvironment environment)
    {
        if (environment.Variable("MALLOC_MMAP_THRESHOLD_") is not null || environment.Variable("MALLOC_TRIM_THRESHOLD_") is not null
            || environment.Variable("GLIBC_TUNABLES") is not null)
            return;

        _ = CLibrary.SetAllocator(MapThreshold, LargestKeptBlock);
        _ = CLibrary.SetAllocator(TrimThreshold, LargestKeptEnd);
    }
}
