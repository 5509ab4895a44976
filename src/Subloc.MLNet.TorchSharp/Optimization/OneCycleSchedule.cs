namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>
/// Rises from a small rate to the full one and falls to nearly nothing, each along half a cosine wave: Smith and Topin,
/// "Super-Convergence", 2018, in the form of PyTorch's OneCycleLR without its cycle of the momentum.
/// </summary>
public sealed record OneCycleSchedule : LearningRateSchedule
{
    /// <summary>Share of all steps in which the rate rises. Default 0.3; 0 to below 1.</summary>
    public double WarmUp { get; init; } = 0.3;

    /// <summary>Part of the learning rate to begin with. Default 0.04 (1/25); 0 to below 1.</summary>
    public double Start { get; init; } = 0.04;

    /// <summary>Part of the learning rate to end with. Default 4e-6 (1/250,000); 0 to below 1.</summary>
    public double End { get; init; } = 4e-6;

    /// <inheritdoc/>
    public override double FactorAt(long index, long count)
    {
        double peak = Math.Max(WarmUp * count - 1, 0);
        return index < peak ? Anneal(Start, 1, index / peak)
            : count - 1 > peak ? Anneal(1, End, (index - peak) / (count - 1 - peak))
            : 1;
    }

    internal override void Validate()
    {
        CheckShare(WarmUp, nameof(WarmUp));
        CheckShare(Start, nameof(Start));
        CheckShare(End, nameof(End));
    }
}
