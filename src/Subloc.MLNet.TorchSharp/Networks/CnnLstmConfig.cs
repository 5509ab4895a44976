using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Shape of a <see cref="CnnLstm"/>.</summary>
[ProteinNetwork("cnn-lstm")]
public sealed record CnnLstmConfig : NetworkConfig
{
    /// <summary>Filters of each convolution; each is followed by a pooling of two. Default 64, 128; each at least 1.</summary>
    public IReadOnlyList<int> Filters { get; init; } = [64, 128];

    /// <summary>Width of the convolutions. Default 3; at least 1.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>Units of each LSTM layer. Default 128; at least 1.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>LSTM layers, each reading the states of the one before. Default 2; at least 1.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Share of the last state's values dropped in training. Default 0.3; at least 0, below 1.</summary>
    public double Dropout { get; init; } = 0.3;

    /// <summary>Whether the LSTM reads the padded steps too, up to the full length. Default false.</summary>
    /// <remarks>
    /// The network that this one re-creates did so, having no masking layer before its LSTM. For comparisons only: the last
    /// state then stands far behind the last residue.
    /// </remarks>
    public bool SeedFaithful { get; init; }

    /// <inheritdoc/>
    /// <remarks>True only with <see cref="SeedFaithful"/>, where the padding is read.</remarks>
    [JsonIgnore]
    public override bool NeedsFixedLength => SeedFaithful;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool AllowsBFloat16 => true;

    /// <inheritdoc/>
    public override long? CountWeights(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Validate();
        return checked(WeightCount.Convolutions(shape.Channels, Filters, Kernel)
            + WeightCount.Lstm(Filters[^1], Hidden) + (Layers - 1) * WeightCount.Lstm(Hidden, Hidden)
            + WeightCount.Head(Hidden, [], shape.Classes));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A property is out of range.</exception>
    public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return new CnnLstm(Validate(), shape.Validate());
    }

    /// <summary>Whether both hold the same values, list by list.</summary>
    /// <param name="other">The configuration to compare with.</param>
    public bool Equals(CnnLstmConfig? other) => other is not null
        && Filters.SequenceEqual(other.Filters) && Kernel == other.Kernel && Hidden == other.Hidden
        && Layers == other.Layers && Dropout.Equals(other.Dropout) && SeedFaithful == other.SeedFaithful;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Filters.Count, Kernel, Hidden, Layers, Dropout, SeedFaithful);

    internal CnnLstmConfig Validate()
    {
        NetworkChecks.Widths(Filters, nameof(Filters), atLeast: 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Kernel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Hidden, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Layers, 1);
        NetworkChecks.Share(Dropout, nameof(Dropout));
        return this;
    }
}
