using System.Text.Json.Serialization;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Layers;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Shape of a <see cref="DescriptorNet"/>.</summary>
[ProteinNetwork("descriptors")]
public sealed record DescriptorNetConfig : NetworkConfig
{
    /// <summary>Heads that learn side by side, each from dropouts of its own. Default 4; at least 1.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Units of each head's fully connected layer. Default 512; at least 1.</summary>
    public int Hidden { get; init; } = 512;

    /// <summary>Share of the descriptors dropped in training, for each head anew. Default 0.4; at least 0, below 1.</summary>
    public double DescriptorDropout { get; init; } = 0.4;

    /// <summary>Share of the units dropped in training. Default 0.5; at least 0, below 1.</summary>
    public double Dropout { get; init; } = 0.5;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool NeedsOneHot => true;

    /// <inheritdoc/>
    public override long? CountWeights(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Validate();
        int size = SequenceDescriptors.Count;
        return checked(Standardization.WeightCount(size) + (Heads * WeightCount.Head(size, [Hidden], shape.Classes)));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A property is out of range.</exception>
    /// <exception cref="ArgumentException">The channels are not 20.</exception>
    public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Validate();
        shape.Validate();
        return shape.Channels == Alphabet.ResidueCount
            ? new DescriptorNet(this, shape)
            : throw new ArgumentException("The network 'descriptors' describes proteins by their residues, and these channels are not one-hot.", nameof(shape));
    }

    internal DescriptorNetConfig Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Heads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Hidden, 1);
        NetworkChecks.Share(DescriptorDropout, nameof(DescriptorDropout));
        NetworkChecks.Share(Dropout, nameof(Dropout));
        return this;
    }
}
