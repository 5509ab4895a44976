using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Shape of a <see cref="LightAttention"/>.</summary>
[ProteinNetwork("light-attention")]
public sealed record LightAttentionConfig : NetworkConfig
{
    /// <summary>Filters of the convolutions before, each with batch normalisation and ReLU. Default none, as embeddings need; each at least 1.</summary>
    /// <remarks>Not in the paper, which reads embeddings that know their neighbourhood already; residues do not.</remarks>
    public IReadOnlyList<int> Stem { get; init; } = [];

    /// <summary>Filters of both convolutions. Default null: as many as the channels they read; else at least 1.</summary>
    public int? Filters { get; init; }

    /// <summary>Width of all convolutions. Default 9; at least 1.</summary>
    public int Kernel { get; init; } = 9;

    /// <summary>Units of the fully connected layer. Default 32; at least 1.</summary>
    public int Hidden { get; init; } = 32;

    /// <summary>Share of the values, and of the fully connected layer's units, dropped in training. Default 0.25; at least 0, below 1.</summary>
    public double Dropout { get; init; } = 0.25;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool AllowsBFloat16 => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool GivesAttention => true;

    /// <inheritdoc/>
    public override long? CountWeights(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Validate();
        long count = 0, inputs = shape.Channels;
        foreach (int width in Stem)
            (count, inputs) = (checked(count + WeightCount.NormalizedConvolution(inputs, width, Kernel)), width);

        long filters = Filters ?? inputs;
        return checked(count + 2 * WeightCount.Convolution(inputs, filters, Kernel)
            + WeightCount.NormalizedConvolution(2 * filters, Hidden, 1) + WeightCount.Head(Hidden, [], shape.Classes));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A property is out of range.</exception>
    public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return new LightAttention(Validate(), shape.Validate());
    }

    /// <summary>Whether both hold the same values, list by list.</summary>
    /// <param name="other">The configuration to compare with.</param>
    public bool Equals(LightAttentionConfig? other) => other is not null
        && Stem.SequenceEqual(other.Stem) && Filters == other.Filters && Kernel == other.Kernel
        && Hidden == other.Hidden && Dropout.Equals(other.Dropout);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Stem.Count, Filters, Kernel, Hidden, Dropout);

    internal LightAttentionConfig Validate()
    {
        NetworkChecks.Widths(Stem, nameof(Stem), atLeast: 0);
        if (Filters is < 1)
            throw new ArgumentOutOfRangeException(nameof(Filters), Filters, "Filters must be null or at least 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Kernel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Hidden, 1);
        NetworkChecks.Share(Dropout, nameof(Dropout));
        return this;
    }
}
