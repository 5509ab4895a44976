using System.Text.Json.Serialization;
using Subloc.MLNet.Sequences;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Shape of a <see cref="SublocNet"/>.</summary>
[ProteinNetwork("subloc")]
public sealed record SublocNetConfig : NetworkConfig
{
    /// <summary>Widths of the first convolutions, which stand side by side. Default 1, 3, 5, 9, 15, 21; each at least 1.</summary>
    public IReadOnlyList<int> StemKernels { get; init; } = [1, 3, 5, 9, 15, 21];

    /// <summary>Filters of each of the first convolutions. Default 32; at least 1.</summary>
    public int StemFilters { get; init; } = 32;

    /// <summary>Channels after each halving of the length. Default 128, 192, 256; each at least 1; at least one.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [128, 192, 256];

    /// <summary>Width of the convolutions behind the first ones. Default 3; at least 1.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>Residual blocks of two convolutions after each halving. Default 1; at least 0.</summary>
    public int Blocks { get; init; } = 1;

    /// <summary>Sets of attention weights, each with a mean of its own. Default 8; at least 1.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>Units of the fully connected layer. Default 256; at least 1.</summary>
    public int Hidden { get; init; } = 256;

    /// <summary>Share of the features dropped after the first convolutions in training. Default 0; at least 0, below 1.</summary>
    public double FeatureDropout { get; init; }

    /// <summary>Share of what describes a protein, and of the fully connected layer's units, dropped in training. Default 0.2; at least 0, below 1.</summary>
    public double Dropout { get; init; } = 0.2;

    /// <summary>Heads on descriptors of the whole protein. Default those of <see cref="DescriptorNetConfig"/>; null leaves them out.</summary>
    public DescriptorNetConfig? Descriptors { get; init; } = new();

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool NeedsOneHot => Descriptors is not null;

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
        long count = StemKernels.Sum(kernel => WeightCount.NormalizedConvolution(shape.Channels + SublocNet.EndChannels, StemFilters, kernel));
        long inputs = checked((long)StemKernels.Count * StemFilters);
        foreach (int width in Widths)
        {
            count = checked(count + WeightCount.NormalizedConvolution(inputs, width, Kernel)
                + 2L * Blocks * WeightCount.NormalizedConvolution(width, width, Kernel));
            inputs = width;
        }

        count = checked(count + (Descriptors?.CountWeights(shape) ?? 0));
        return checked(count + WeightCount.Convolution(inputs, Heads, 1) + WeightCount.Head((Heads + 2L) * inputs, [Hidden], shape.Classes));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A property is out of range.</exception>
    /// <exception cref="ArgumentException">There are descriptors, and the channels are not 20.</exception>
    public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Validate();
        shape.Validate();
        return NeedsOneHot && shape.Channels != Alphabet.ResidueCount
            ? throw new ArgumentException($"The network 'subloc' describes proteins by their residues, and these channels are not one-hot; set {nameof(Descriptors)} to null.", nameof(shape))
            : new SublocNet(this, shape);
    }

    /// <summary>Whether both hold the same values, list by list.</summary>
    /// <param name="other">The configuration to compare with.</param>
    public bool Equals(SublocNetConfig? other) => other is not null
        && StemKernels.SequenceEqual(other.StemKernels) && StemFilters == other.StemFilters
        && Widths.SequenceEqual(other.Widths) && Kernel == other.Kernel && Blocks == other.Blocks && Heads == other.Heads
        && Hidden == other.Hidden && FeatureDropout.Equals(other.FeatureDropout) && Dropout.Equals(other.Dropout)
        && Descriptors == other.Descriptors;

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(StemKernels.Count, StemFilters, Widths.Count, Kernel, Blocks, Heads, Hidden, HashCode.Combine(FeatureDropout, Dropout, Descriptors));

    internal SublocNetConfig Validate()
    {
        NetworkChecks.Widths(StemKernels, nameof(StemKernels), atLeast: 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(StemFilters, 1);
        NetworkChecks.Widths(Widths, nameof(Widths), atLeast: 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Kernel, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Blocks);
        ArgumentOutOfRangeException.ThrowIfLessThan(Heads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Hidden, 1);
        NetworkChecks.Share(FeatureDropout, nameof(FeatureDropout));
        NetworkChecks.Share(Dropout, nameof(Dropout));
        Descriptors?.Validate();
        return this;
    }
}
