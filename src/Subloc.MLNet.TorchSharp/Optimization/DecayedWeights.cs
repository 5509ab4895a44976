using Subloc.MLNet.TorchSharp.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>The rule which weights decay: those with two or more dimensions, except those of normalisation layers.</summary>
/// <remarks>A bias or a scale does not grow a function's complexity, and a decayed scale only works against its own learning.</remarks>
internal static class DecayedWeights
{
    /// <summary>Names of the weights that decay.</summary>
    public static IReadOnlySet<string> Of(nn.Module network)
    {
        HashSet<IntPtr> normalising = [.. network.modules().Where(IsNorm).SelectMany(norm => norm.parameters()).Select(weight => weight.Handle)];
        return network.named_parameters()
            .Where(weight => weight.parameter.dim() >= 2 && !normalising.Contains(weight.parameter.Handle))
            .Select(weight => weight.name)
            .ToHashSet();
    }

    private static bool IsNorm(nn.Module module) => module is NormBase or LayerNorm or GroupNorm or MaskedBatchNorm;
}
