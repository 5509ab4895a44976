using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Shape of a <see cref="Cnn"/>.</summary>
[ProteinNetwork("cnn")]
public sealed record CnnConfig : NetworkConfig
{
    /// <summary>Filters of each convolution; each is followed by a pooling of two. Default 32, 64; each at least 1.</summary>
    public IReadOnlyList<int> Filters { get; init; } = [32, 64];

    /// <summary>Width of the convolutions. Default 3; at least 1.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>Units of the fully connected layers before the last. Default 128; each at least 1; may be empty.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [128];

    /// <summary>Share of the hidden units dropped in training. Default 0.3; at least 0, below 1.</summary>
    /// <remarks>
    /// Applied after each hidden layer but the last; after the only one when there is one.
    /// </remarks>
    public double Dropout { get; init; } = 0.3;

    /// <inheritdoc/>
    /// <remarks>True: the flattened features need every position.</remarks>
    [JsonIgnore]
    public override bool NeedsFixedLength => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool AllowsBFloat16 => true;

    /// <inheritdoc/>
    public override long? CountWeights(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Validate();
        return checked(WeightCount.Convolutions(shape.Channels, Filters, Kernel)
            + WeightCount.Head((long)Math.Max(StepsOf(shape.Length), 0) * Filters[^1], Hidden, shape.Classes));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A property is out of range, or the length leaves nothing to flatten.</exception>
    public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return new Cnn(Validate(), shape.Validate());
    }

    /// <summary>Whether both hold the same values, list by list.</summary>
    /// <param name="other">The configuration to compare with.</param>
    public bool Equals(CnnConfig? other) => other is not null
        && Filters.SequenceEqual(other.Filters) && Kernel == other.Kernel
        && Hidden.SequenceEqual(other.Hidden) && Dropout.Equals(other.Dropout);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Filters.Count, Kernel, Hidden.Count, Dropout);

    /// <summary>Steps left of <paramref name="length"/> positions after all convolutions and poolings.</summary>
    internal int StepsOf(int length)
    {
        foreach (int _ in Filters)
            length = (length - Kernel + 1) / 2;

        return length;
    }

    internal CnnConfig Validate()
    {
        NetworkChecks.Widths(Filters, nameof(Filters), atLeast: 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Kernel, 1);
        NetworkChecks.Widths(Hidden, nameof(Hidden), atLeast: 0);
        NetworkChecks.Share(Dropout, nameof(Dropout));
        return this;
    }
}
