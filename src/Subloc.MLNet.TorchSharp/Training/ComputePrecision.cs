using System.Runtime.Intrinsics.X86;
using Subloc.MLNet.TorchSharp.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Chooses the numbers that a network is trained in; the request is honoured or refused.</summary>
internal static class ComputePrecision
{
    /// <summary>Chooses the type of a network's features in training.</summary>
    /// <param name="asked">What the caller asked for.</param>
    /// <param name="device">Where the network computes.</param>
    /// <param name="network">The network.</param>
    /// <returns>Float32 or BFloat16.</returns>
    /// <exception cref="InvalidOperationException">bfloat16 was asked for, and the device or the network does not do it.</exception>
    public static ScalarType Choose(Precision asked, Device device, NetworkConfig network) =>
        Choose(asked, IsShortFast(device), network);

    /// <summary>Whether a device has instructions for bfloat16.</summary>
    public static bool IsShortFast(Device device) => device.type == DeviceType.CUDA || HasInstructions();

    /// <inheritdoc cref="Choose(Precision, Device, NetworkConfig)"/>
    /// <param name="asked">What the caller asked for.</param>
    /// <param name="isFast">Whether the device has instructions for bfloat16.</param>
    /// <param name="network">The network.</param>
    internal static ScalarType Choose(Precision asked, bool isFast, NetworkConfig network)
    {
        if (asked == Precision.Fp32 || (asked == Precision.Auto && !(isFast && network.AllowsBFloat16)))
            return ScalarType.Float32;
        if (!network.AllowsBFloat16)
            throw new InvalidOperationException($"Precision bf16 was asked for, but {network.GetType().Name} computes in float32 only; use fp32 or auto.");

        return isFast
            ? ScalarType.BFloat16
            : throw new InvalidOperationException("Precision bf16 was asked for, but this processor has neither avx512_bf16 nor amx_bf16, and would be slower with it; use fp32 or auto.");
    }

    // CPUID leaf 7: EAX bit 5 of its first part is avx512_bf16, EDX bit 22 of its own is amx_bf16. Whether the system saves AVX-512's
    // registers is what IsSupported tells.
    private static bool HasInstructions()
    {
        if (!X86Base.IsSupported || !Avx512F.IsSupported || X86Base.CpuId(0, 0).Eax < 7)
            return false;

        var (parts, _, _, features) = X86Base.CpuId(7, 0);
        return (features & (1 << 22)) != 0 || (parts >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0);
    }
}
