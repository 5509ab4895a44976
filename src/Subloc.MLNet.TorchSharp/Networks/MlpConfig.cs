using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Shape of an <see cref="Mlp"/>.</summary>
[ProteinNetwork("mlp")]
public sealed record MlpConfig : NetworkConfig
{
    /// <summary>Units of the fully connected layers before the last. Default 128; each at least 1; may be empty.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [128];

    /// <summary>Share of the hidden units dropped in training. Default 0.3; at least 0, below 1.</summary>
    /// <remarks>Applied after each hidden layer but the last; after the only one when there is one.</remarks>
    public double Dropout { get; init; } = 0.3;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool TakesVectors => true;

    /// <inheritdoc/>
    public override long? CountWeights(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Validate();
        return WeightCount.Head(shape.Channels, Hidden, shape.Classes);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A property is out of range.</exception>
    public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return new Mlp(Validate(), shape.Validate());
    }

    /// <summary>Whether both hold the same values, list by list.</summary>
    /// <param name="other">The configuration to compare with.</param>
    public bool Equals(MlpConfig? other) => other is not null && Hidden.SequenceEqual(other.Hidden) && Dropout.Equals(other.Dropout);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Hidden.Count, Dropout);

    internal MlpConfig Validate()
    {
        NetworkChecks.Widths(Hidden, nameof(Hidden), atLeast: 0);
        NetworkChecks.Share(Dropout, nameof(Dropout));
        return this;
    }
}
