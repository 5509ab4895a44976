using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>Adam: Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.</summary>
public record AdamOptions : OptimizerOptions
{
    /// <summary>Decay of the running means of the gradients. Default 0.9; 0 to below 1.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the running means of the squared gradients. Default 0.999; 0 to below 1.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the squares. Default 1e-7, as in Keras (PyTorch has 1e-8); above 0.</summary>
    public double Epsilon { get; init; } = 1e-7;

    internal override void Validate()
    {
        CheckBeta(Beta1, nameof(Beta1));
        CheckBeta(Beta2, nameof(Beta2));
        if (!(Epsilon > 0 && double.IsFinite(Epsilon)))
            throw new ArgumentOutOfRangeException(nameof(Epsilon), Epsilon, "Epsilon must be above 0.");
    }

    internal override WeightOptimizer Make(nn.Module network) => new AdamOptimizer(WeightsOf(network), this);

    private static void CheckBeta(double value, string name)
    {
        if (!(value is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be from 0 to below 1.");
    }
}
