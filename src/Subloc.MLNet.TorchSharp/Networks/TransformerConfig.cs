using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Shape of a <see cref="Transformer"/>.</summary>
[ProteinNetwork("transformer")]
public sealed record TransformerConfig : NetworkConfig
{
    /// <summary>Values of a position. Default 128; at least 2, a multiple of twice the heads.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Blocks of attention and fully connected layers. Default 4; at least 1.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Heads of each attention. Default 4; at least 1.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Units of the first of the two fully connected layers of a block. Default 256; at least 1.</summary>
    public int BlockHidden { get; init; } = 256;

    /// <summary>Width of the convolution that makes positions of residues. Default 9; at least 1.</summary>
    public int StemKernel { get; init; } = 9;

    /// <summary>Residues of a position. Default 2, which halves the work; at least 1.</summary>
    public int StemStride { get; init; } = 2;

    /// <summary>Positions of a window of local attention, which reaches over it and those before and behind. Default 32; at least 1.</summary>
    public int Window { get; init; } = 32;

    /// <summary>Every how many blocks attention reaches over the whole protein. Default 2, every other one; at least 1, which is always.</summary>
    public int GlobalEvery { get; init; } = 2;

    /// <summary>Weighted means over the positions that the head reads. Default 4; at least 1.</summary>
    public int Poolings { get; init; } = 4;

    /// <summary>Units of the fully connected layers before the last. Default 128; each at least 1; may be empty.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [128];

    /// <summary>Share dropped in training of what each block adds, and of the hidden units. Default 0.1; at least 0, below 1.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool AllowsBFloat16 => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool GivesAttention => true;

    /// <inheritdoc/>
    [JsonIgnore]
    internal override bool CanTellResidues => true;

    /// <inheritdoc/>
    public override long? CountWeights(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Validate();
        long width = Width, norm = 2 * width;
        long block = checked(2 * norm + WeightCount.Convolution(width, 3 * width, 1) + WeightCount.Convolution(width, width, 1)
            + WeightCount.Convolution(width, BlockHidden, 1) + WeightCount.Convolution(BlockHidden, width, 1));
        return checked(WeightCount.NormalizedConvolution(shape.Channels, width, StemKernel) + Layers * block + norm + width * Poolings
            + WeightCount.Head(width * Poolings, Hidden, shape.Classes));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A property is out of range.</exception>
    public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return new Transformer(Validate(), shape.Validate());
    }

    /// <summary>Whether both hold the same values, list by list.</summary>
    /// <param name="other">The configuration to compare with.</param>
    public bool Equals(TransformerConfig? other) => other is not null
        && Width == other.Width && Layers == other.Layers && Heads == other.Heads && BlockHidden == other.BlockHidden
        && StemKernel == other.StemKernel && StemStride == other.StemStride && Window == other.Window && GlobalEvery == other.GlobalEvery
        && Poolings == other.Poolings && Hidden.SequenceEqual(other.Hidden) && Dropout.Equals(other.Dropout);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(
        HashCode.Combine(Width, Layers, Heads, BlockHidden), StemKernel, StemStride, Window, GlobalEvery, Poolings, Hidden.Count, Dropout);

    internal TransformerConfig Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(Layers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Heads, 1);
        if (Width % (2L * Heads) != 0)
            throw new ArgumentOutOfRangeException(
                nameof(Width), Width, $"Width must be a multiple of twice the {Heads} heads, as positions turn pairs of values.");

        ArgumentOutOfRangeException.ThrowIfLessThan(BlockHidden, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(StemKernel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(StemStride, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(GlobalEvery, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Poolings, 1);
        NetworkChecks.Widths(Hidden, nameof(Hidden), atLeast: 0);
        NetworkChecks.Share(Dropout, nameof(Dropout));
        return this;
    }
}
