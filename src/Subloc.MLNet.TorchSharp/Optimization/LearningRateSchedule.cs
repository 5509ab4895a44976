using System.Text.Json.Serialization;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>
/// How the learning rate changes while a network learns: <see cref="ConstantSchedule"/>, <see cref="CosineSchedule"/>,
/// <see cref="OneCycleSchedule"/>, <see cref="PlateauSchedule"/>, or one of your own.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FallBackToBaseType)]
[JsonDerivedType(typeof(ConstantSchedule), "constant")]
[JsonDerivedType(typeof(CosineSchedule), "cosine")]
[JsonDerivedType(typeof(OneCycleSchedule), "oneCycle")]
[JsonDerivedType(typeof(PlateauSchedule), "plateau")]
public abstract record LearningRateSchedule
{
    /// <summary>Part of the learning rate that a step takes, 0 to 1.</summary>
    /// <param name="index">Number of the step, from 0.</param>
    /// <param name="count">Steps in all epochs together; training that stops early does not reach the last ones.</param>
    public abstract double FactorAt(long index, long count);

    internal virtual void Validate()
    {
    }

    private protected static void CheckShare(double value, string name)
    {
        if (!(value is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be from 0 to below 1.");
    }

    // From one factor to another along half a cosine wave.
    private protected static double Anneal(double from, double to, double progress) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * progress));
}
