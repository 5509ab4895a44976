namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>What a network learns to make small; the default is the plain cross-entropy.</summary>
/// <remarks>
/// A row with target shares t (one class, or soft labels) and predicted probabilities p costs
/// <c>w sum_c t'_c (1 - p_c)^gamma (-ln p_c)</c>, where t' is t smoothed and w is the mean weight of t's classes. A batch costs the
/// mean of its rows. Validation losses are always the plain cross-entropy, so that runs can be compared.
/// </remarks>
public sealed record LossOptions
{
    /// <summary>
    /// Part of each target that is spread evenly over all classes: Szegedy et al., "Rethinking the Inception Architecture", CVPR 2016.
    /// Default 0; 0 to below 1.
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// Gamma of the focal loss, which makes rows that are predicted well count less: Lin et al., "Focal Loss for Dense Object
    /// Detection", ICCV 2017. Default 0, no such effect; 0 to 10.
    /// </summary>
    public double FocalGamma { get; init; }

    /// <summary>How much a row counts, by its class. Default <see cref="ClassWeighting.None"/>.</summary>
    public ClassWeighting ClassWeighting { get; init; }

    /// <summary>Beta of <see cref="ClassWeighting.EffectiveNumber"/>. Default 0.999; 0 to below 1. Ignored by the others.</summary>
    public double EffectiveNumberBeta { get; init; } = 0.999;

    /// <summary>
    /// How far rare classes are favoured: this factor times the logarithm of each class's share of the training rows is added to the
    /// logits in training, and left out when scores are computed: Menon et al., "Long-tail learning via logit adjustment", ICLR 2021.
    /// Default 0; 0 to 2. At 1 all classes are treated as equally frequent; scores are then no probabilities under the data's frequencies.
    /// </summary>
    public double LogitAdjustment { get; init; }

    internal void Validate()
    {
        if (!(LogitAdjustment is >= 0 and <= 2))
            throw new ArgumentOutOfRangeException(nameof(LogitAdjustment), LogitAdjustment, "LogitAdjustment must be from 0 to 2.");
        CheckShare(LabelSmoothing, nameof(LabelSmoothing));
        CheckShare(EffectiveNumberBeta, nameof(EffectiveNumberBeta));
        if (!(FocalGamma is >= 0 and <= 10))
            throw new ArgumentOutOfRangeException(nameof(FocalGamma), FocalGamma, "FocalGamma must be from 0 to 10.");
        if (!Enum.IsDefined(ClassWeighting))
            throw new ArgumentOutOfRangeException(nameof(ClassWeighting), ClassWeighting, "ClassWeighting must be None, Balanced or EffectiveNumber.");
    }

    private static void CheckShare(double value, string name)
    {
        if (!(value is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be from 0 to below 1.");
    }
}
