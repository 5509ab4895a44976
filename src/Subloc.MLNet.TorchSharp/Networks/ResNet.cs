using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>A residual network over positions, averaged over each protein.</summary>
/// <remarks>
/// He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", CVPR 2016, in one dimension. Convolutions and poolings
/// pad as Keras' 'same' does at the full input length; the score of a protein does not depend on the batch it stands in.
/// </remarks>
public sealed class ResNet : nn.Module<Tensor, Tensor, Tensor>, IOnnxNetwork
{
    private const int StemStride = 2;
    private const int PoolWidth = 3;
    private const int PoolStride = 2;

    [ComponentName(Name = "stem")]
    private readonly NormalizedConvolution _stem;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<ResidualBlock> _blocks;

    [ComponentName(Name = "head")]
    private readonly ClassificationHead _head;

    private readonly SamePadding _pool;

    internal ResNet(ResNetConfig config, NetworkShape shape)
        : base(nameof(ResNet))
    {
        long length = shape.Length;
        _stem = new NormalizedConvolution(shape.Channels, config.StemFilters, config.StemKernel, StemStride, length);
        length = SamePadding.Windows(length, StemStride);
        _pool = new SamePadding(length, PoolWidth, PoolStride);
        length = SamePadding.Windows(length, PoolStride);
        long width = config.StemFilters;
        var blocks = new List<ResidualBlock>();
        foreach (var block in config.Blocks)
        {
            blocks.Add(new ResidualBlock(width, block, config, length));
            width = block.Width;
            length = SamePadding.Windows(length, block.Stride);
        }

        _blocks = new ModuleList<ResidualBlock>([.. blocks]);
        _head = new ClassificationHead(width, config.Hidden, config.Dropout, shape.Classes);
        RegisterComponents();
    }

    /// <summary>Scores a batch.</summary>
    /// <param name="channels">[B, D, L], float32; any L; zero on padding.</param>
    /// <param name="mask">[B, L], bool; true on residues, which stand at the left.</param>
    /// <returns>Logits [B, C], float32.</returns>
    public override Tensor forward(Tensor channels, Tensor mask)                 // [B, D, L], bool [B, L]
    {
        using var scope = NewDisposeScope();
        var positions = new PositionMask(mask).Strided(StemStride);
        var features = _stem.Activate(channels, positions); // [B, F, L / 2]
        var (padded, sides) = _pool.Apply(features);                              // zero is no more than any value after ReLU
        positions = positions.Strided(PoolStride);
        features = positions.Zero(PositionLayout.MaxPool(padded, PoolWidth, PoolStride, sides)); // [B, F, L / 4]; windows may reach back
        foreach (var block in _blocks)
        {
            var outputs = positions.Strided(block.Stride);
            features = block.forward(features, positions, outputs);               // [B, F_i, L_i]
            positions = outputs;
        }

        var average = features.sum(-1L, type: ScalarType.Float32) / positions.Lengths(); // [B, F], float32
        return _head.forward(average).MoveToOuterDisposeScope();                  // [B, C]
    }

    /// <inheritdoc/>
    public OnnxScores Export(OnnxGraph graph, OnnxValue channels, OnnxValue mask)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var positions = OnnxPositions.Of(graph, mask).Strided(StemStride);
        var features = positions.Zero(graph.Relu(_stem.Export(graph, graph.Unsqueeze(channels, 2)))); // [B, F, 1, L / 2]
        positions = positions.Strided(PoolStride);
        var (left, right) = _pool.Shares;
        features = graph.MaxPool(features, PoolWidth, PoolStride, left, right);   // [B, F, 1, L / 4]
        foreach (var block in _blocks)
        {
            var outputs = positions.Strided(block.Stride);
            features = block.Export(graph, features, positions, outputs);         // [B, F_i, 1, L_i]
            positions = outputs;
        }

        return new OnnxScores(_head.Export(graph, positions.Average(positions.Zero(features))));  // [B, C]
    }
}
