using System.Runtime.Versioning;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>How many prepared kernels oneDNN, which computes libtorch's convolutions, keeps.</summary>
/// <remarks>
/// It prepares one for each convolution, direction and shape. Batches of some sixty lengths ask for some four thousand in a residual
/// network; the usual thousand are thrown out before they serve again, and preparing them anew takes a fifth of the training's time.
/// </remarks>
internal static class KernelCache
{
    private const string Capacity = "ONEDNN_PRIMITIVE_CACHE_CAPACITY";
    private const string OlderName = "DNNL_PRIMITIVE_CACHE_CAPACITY";
    private const string Enough = "16384";

    /// <summary>Makes room for the kernels of all lengths, unless the user's environment already sets the number.</summary>
    [SupportedOSPlatform("linux")]
    public static void Enlarge(NativeEnvironment environment)
    {
        if (environment.Variable(Capacity) is null && environment.Variable(OlderName) is null)
            _ = CLibrary.SetVariable(Capacity, Enough);
    }
}
