using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Shape of a <see cref="LightAttention"/>.</summary>
[ProteinNetwork("light-attention")]
public sealed record LightAttentionConfig : NetworkConfig
{
    /// <summary>Filters of both convolutions. Default null: as many as the input has channels; else at least 1.</summary>
    public int? Filters { get; init; }

    /// <summary>Width of the convolutions. Default 9; at least 1.</summary>
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
        long filters = Filters ?? shape.Channels;
        return checked(2 * WeightCount.Convolution(shape.Channels, filters, Kernel)
            + WeightCount.NormalizedConvolution(2 * filters, Hidden, 1) + WeightCount.Head(Hidden, [], shape.Classes));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A property is out of range.</exception>
    public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return new LightAttention(Validate(), shape.Validate());
    }

    internal LightAttentionConfig Validate()
    {
        if (Filters is < 1)
            throw new ArgumentOutOfRangeException(nameof(Filters), Filters, "Filters must be null or at least 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Kernel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Hidden, 1);
        NetworkChecks.Share(Dropout, nameof(Dropout));
        return this;
    }
}
