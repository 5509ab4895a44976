namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>Rises linearly to the full learning rate, then falls along half a cosine wave: Loshchilov and Hutter, "SGDR", ICLR 2017.</summary>
/// <remarks>With w steps of warm-up, step i of these takes the part (i + 1) / (w + 1).</remarks>
public sealed record CosineSchedule : LearningRateSchedule
{
    /// <summary>Share of all steps in which the rate rises. Default 0.05; 0 to below 1.</summary>
    public double WarmUp { get; init; } = 0.05;

    /// <summary>Part of the learning rate that the fall ends at. Default 0; 0 to below 1.</summary>
    public double Floor { get; init; }

    /// <inheritdoc/>
    public override double FactorAt(long index, long count)
    {
        double rising = Math.Floor(WarmUp * count);
        return index < rising ? (index + 1) / (rising + 1) : Anneal(1, Floor, (index - rising) / (count - rising));
    }

    internal override void Validate()
    {
        CheckShare(WarmUp, nameof(WarmUp));
        CheckShare(Floor, nameof(Floor));
    }
}
