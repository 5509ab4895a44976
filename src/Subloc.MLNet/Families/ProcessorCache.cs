using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Subloc.MLNet.Families;

/// <summary>Has the processor fetch memory before it is needed, where there is an instruction for that.</summary>
internal static class ProcessorCache
{
    /// <summary>Begins to fetch an element; beyond the end, nothing.</summary>
    public static unsafe void Fetch<T>(T[] values, int index)
        where T : unmanaged
    {
        if (Sse.IsSupported && (uint)index < (uint)values.Length)
            Sse.Prefetch0(Unsafe.AsPointer(ref values[index]));
    }
}
