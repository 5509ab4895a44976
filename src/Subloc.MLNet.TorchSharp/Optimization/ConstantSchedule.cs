namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>The same learning rate in every step.</summary>
public sealed record ConstantSchedule : LearningRateSchedule
{
    /// <inheritdoc/>
    public override double FactorAt(long index, long count) => 1;
}
