using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Networks;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Normalised convolutions beside a shortcut.</summary>
internal sealed class ResidualBlock : nn.Module<Tensor, PositionMask, PositionMask, Tensor>
{
    private const int Kernel = 3;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<NormalizedConvolution> _layers;

    [ComponentName(Name = "shortcut")]
    private readonly NormalizedConvolution? _shortcut;

    /// <summary>Builds the block.</summary>
    /// <param name="inputs">Channels in.</param>
    /// <param name="block">Channels out, and the stride.</param>
    /// <param name="config">Kind of the blocks.</param>
    /// <param name="fullLength">Positions that the block reads at the network's full input length.</param>
    internal ResidualBlock(long inputs, ResNetBlock block, ResNetConfig config, long fullLength)
        : base(nameof(ResidualBlock))
    {
        Stride = block.Stride;
        _layers = new ModuleList<NormalizedConvolution>(config.BlockKind == ResNetBlockKind.Bottleneck
            ? Bottleneck(inputs, block, fullLength)
            : Basic(inputs, block, config.ConvolutionsPerBlock, fullLength));
        if (block.Stride != 1 || inputs != block.Width)
            _shortcut = new NormalizedConvolution(inputs, block.Width, 1, block.Stride, fullLength);
        RegisterComponents();
    }

    /// <summary>Step between the positions of the output.</summary>
    internal long Stride { get; }

    /// <summary>Adds what the layers find to the input.</summary>
    /// <param name="features">[B, D, L], zero on padding.</param>
    /// <param name="inputs">Positions of the features.</param>
    /// <param name="outputs">Positions of the output.</param>
    /// <returns>[B, F, ceil(L / stride)], zero on padding.</returns>
    public override Tensor forward(Tensor features, PositionMask inputs, PositionMask outputs)
    {
        using var scope = NewDisposeScope();
        var shortcut = _shortcut?.forward(features, outputs) ?? features;           // [B, F, ceil(L / stride)]
        var positions = inputs;
        for (int i = 0; i < _layers.Count; i++)
        {
            positions = _layers[i].Stride == 1 ? positions : outputs;
            bool isLast = i == _layers.Count - 1;
            features = _layers[i].Activate(features, positions, isLast ? shortcut : null); // [B, F_i, L or ceil(L / stride)]
        }

        return features.MoveToOuterDisposeScope();
    }

    /// <summary>Adds the block to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="features">[B, D, 1, L], any value on padding.</param>
    /// <param name="inputs">Positions of the features.</param>
    /// <param name="outputs">Positions of the output.</param>
    /// <returns>[B, F, 1, ceil(L / stride)], any value on padding.</returns>
    internal OnnxValue Export(OnnxGraph graph, OnnxValue features, OnnxPositions inputs, OnnxPositions outputs)
    {
        OnnxValue shortcut = _shortcut?.Export(graph, features) ?? features;
        OnnxPositions positions = inputs;
        for (int i = 0; i < _layers.Count; i++)
        {
            // What a layer of single positions finds on padding stays there.
            features = _layers[i].Kernel == 1 ? features : positions.Zero(features);
            positions = _layers[i].Stride == 1 ? positions : outputs;
            features = _layers[i].Export(graph, features);                          // [B, F_i, 1, L or ceil(L / stride)]
            if (i < _layers.Count - 1)
                features = graph.Relu(features);
        }

        return graph.Relu(graph.Add(features, shortcut));
    }

    private static NormalizedConvolution[] Basic(long inputs, ResNetBlock block, int count, long length)
    {
        long outputs = SamePadding.Windows(length, block.Stride);
        return [.. Enumerable.Range(0, count).Select(i => i == 0
            ? new NormalizedConvolution(inputs, block.Width, Kernel, block.Stride, length)
            : new NormalizedConvolution(block.Width, block.Width, Kernel, 1, outputs))];
    }

    private static NormalizedConvolution[] Bottleneck(long inputs, ResNetBlock block, long length)
    {
        long narrow = block.Width / 4;
        return
        [
            new(inputs, narrow, 1, 1, length),
            new(narrow, narrow, Kernel, block.Stride, length),
            new(narrow, block.Width, 1, 1, SamePadding.Windows(length, block.Stride)),
        ];
    }
}
