using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Shape of a <see cref="ResNet"/>.</summary>
[ProteinNetwork("resnet")]
public sealed record ResNetConfig : NetworkConfig
{
    /// <summary>Filters of the first convolution. Default 64; at least 1.</summary>
    public int StemFilters { get; init; } = 64;

    /// <summary>Width of the first convolution, which has stride 2. Default 7; at least 1.</summary>
    public int StemKernel { get; init; } = 7;

    /// <summary>The residual blocks. Default eight, from 64 to 512 channels, halving the length three times; at least one.</summary>
    public IReadOnlyList<ResNetBlock> Blocks { get; init; } =
        [new(64), new(64), new(128, 2), new(128), new(256, 2), new(256), new(512, 2), new(512)];

    /// <summary>What the blocks are made of. Default <see cref="ResNetBlockKind.Basic"/>.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<ResNetBlockKind>))]
    public ResNetBlockKind BlockKind { get; init; } = ResNetBlockKind.Basic;

    /// <summary>Convolutions of a basic block. Default 2; 2 or 3. Bottlenecks do not read it.</summary>
    public int ConvolutionsPerBlock { get; init; } = 2;

    /// <summary>Units of the fully connected layers before the last. Default 256; each at least 1; may be empty.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [256];

    /// <summary>Share of the hidden units dropped in training. Default 0; at least 0, below 1.</summary>
    /// <remarks>Applied after each hidden layer but the last; after the only one when there is one.</remarks>
    public double Dropout { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool AllowsBFloat16 => true;

    /// <inheritdoc/>
    public override long? CountWeights(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Validate();
        long count = WeightCount.NormalizedConvolution(shape.Channels, StemFilters, StemKernel);
        long inputs = StemFilters;
        foreach (ResNetBlock block in Blocks)
        {
            count = checked(count + CountBlock(inputs, block));
            inputs = block.Width;
        }

        return checked(count + WeightCount.Head(inputs, Hidden, shape.Classes));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A property is out of range.</exception>
    public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return new ResNet(Validate(), shape.Validate());
    }

    /// <summary>Whether both hold the same values, list by list.</summary>
    /// <param name="other">The configuration to compare with.</param>
    public bool Equals(ResNetConfig? other) => other is not null
        && StemFilters == other.StemFilters && StemKernel == other.StemKernel
        && Blocks.SequenceEqual(other.Blocks) && BlockKind == other.BlockKind
        && ConvolutionsPerBlock == other.ConvolutionsPerBlock
        && Hidden.SequenceEqual(other.Hidden) && Dropout.Equals(other.Dropout);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(StemFilters, StemKernel, Blocks.Count, BlockKind, ConvolutionsPerBlock, Hidden.Count, Dropout);

    private long CountBlock(long inputs, ResNetBlock block)
    {
        long width = block.Width, narrow = width / 4;
        long shortcut = block.Stride != 1 || inputs != width ? WeightCount.NormalizedConvolution(inputs, width, 1) : 0;
        return checked(shortcut + (BlockKind == ResNetBlockKind.Bottleneck
            ? WeightCount.NormalizedConvolution(inputs, narrow, 1)
                + WeightCount.NormalizedConvolution(narrow, narrow, 3)
                + WeightCount.NormalizedConvolution(narrow, width, 1)
            : WeightCount.NormalizedConvolution(inputs, width, 3)
                + (ConvolutionsPerBlock - 1) * WeightCount.NormalizedConvolution(width, width, 3)));
    }

    internal ResNetConfig Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(StemFilters, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(StemKernel, 1);
        ArgumentNullException.ThrowIfNull(Blocks);
        NetworkChecks.Widths([.. Blocks.Select(block => block.Width)], nameof(Blocks), atLeast: 1);
        NetworkChecks.Widths([.. Blocks.Select(block => block.Stride)], nameof(Blocks), atLeast: 1);
        if (!Enum.IsDefined(BlockKind))
            throw new ArgumentOutOfRangeException(nameof(BlockKind), BlockKind, "BlockKind must be Basic or Bottleneck.");
        if (BlockKind == ResNetBlockKind.Bottleneck && Blocks.Any(block => block.Width % 4 != 0))
            throw new ArgumentOutOfRangeException(nameof(Blocks), "The width of a bottleneck must be a multiple of 4.");

        ArgumentOutOfRangeException.ThrowIfLessThan(ConvolutionsPerBlock, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ConvolutionsPerBlock, 3);
        NetworkChecks.Widths(Hidden, nameof(Hidden), atLeast: 0);
        NetworkChecks.Share(Dropout, nameof(Dropout));
        return this;
    }
}
