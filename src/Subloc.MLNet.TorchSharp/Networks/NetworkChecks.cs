using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Checks that the networks share.</summary>
internal static class NetworkChecks
{
    /// <summary>Refuses a list with too few entries or an entry below 1.</summary>
    internal static void Widths(IReadOnlyList<int> widths, string name, int atLeast)
    {
        ArgumentNullException.ThrowIfNull(widths, name);
        if (widths.Count < atLeast || widths.Any(width => width < 1))
            throw new ArgumentOutOfRangeException(
                name, $"[{string.Join(", ", widths)}]", $"{name} needs at least {atLeast} entries, each at least 1.");
    }

    /// <summary>Refuses a dropout rate outside [0, 1).</summary>
    internal static void Share(double share, string name)
    {
        if (!(share >= 0 && share < 1))
            throw new ArgumentOutOfRangeException(name, share, $"{name} must be at least 0 and below 1.");
    }

    /// <summary>Refuses an input length from which the poolings leave nothing.</summary>
    internal static void Steps(NetworkShape shape, int steps)
    {
        if (steps < 1)
            throw new ArgumentOutOfRangeException(
                nameof(shape),
                shape.Length,
                $"The poolings leave nothing of {shape.Length} positions; give longer inputs or fewer filters.");
    }

    /// <summary>Refuses an input of another length than a fixed-length network was built for.</summary>
    internal static void FixedLength(Tensor channels, long length)
    {
        if (channels.shape[2] != length)
            throw new ArgumentOutOfRangeException(
                nameof(channels), channels.shape[2], $"The network takes exactly {length} positions; pad the batch to that length.");
    }
}
