using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Native;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>A convolution, blocks of attention that is local and global by turns, and weighted means over the positions.</summary>
/// <remarks>
/// Vaswani et al., Attention is all you need, NeurIPS 2017, with the normalisation in front (Xiong et al., On layer normalization in the
/// transformer architecture, ICML 2020), rotary positions (Su et al., RoFormer, Neurocomputing 568 (2024), 127063) and local attention
/// between global ones (Beltagy et al., Longformer, arXiv 2004.05150). Padding is neither attended to nor averaged.
/// </remarks>
public sealed class Transformer : nn.Module<Tensor, Tensor, Tensor>, IAttentionNetwork, IOnnxNetwork, IResidueNetwork
{
    [ComponentName(Name = "stem")]
    private readonly NormalizedConvolution _stem;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<TransformerBlock> _blocks;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    [ComponentName(Name = "attention")]
    private readonly Linear _attention;

    [ComponentName(Name = "head")]
    private readonly ClassificationHead _head;

    private readonly int _stride;
    private readonly int _window;
    private readonly int _width;
    private readonly int _headWidth;

    internal Transformer(TransformerConfig config, NetworkShape shape)
        : base(nameof(Transformer))
    {
        (_stride, _window, _width, _headWidth) = (config.StemStride, config.Window, config.Width, config.Width / config.Heads);
        _stem = new NormalizedConvolution(shape.Channels, config.Width, config.StemKernel, config.StemStride, shape.Length);
        _blocks = new ModuleList<TransformerBlock>([.. Enumerable.Range(1, config.Layers).Select(layer => new TransformerBlock(
            config.Width, config.Heads, config.BlockHidden, layer % config.GlobalEvery == 0 ? null : config.Window, config.Dropout))]);
        _norm = nn.LayerNorm(config.Width);
        _attention = KerasInit.Linear(config.Width, config.Poolings, hasBias: false);
        _head = new ClassificationHead((long)config.Width * config.Poolings, config.Hidden, config.Dropout, shape.Classes);
        RegisterComponents();
    }

    /// <summary>Scores a batch.</summary>
    /// <param name="channels">[B, D, L], float32 or bfloat16; any L; zero on padding.</param>
    /// <param name="mask">[B, L], bool; true on residues, which stand at the left.</param>
    /// <returns>Logits [B, C], float32.</returns>
    public override Tensor forward(Tensor channels, Tensor mask)
    {
        using var scope = NewDisposeScope();
        return Weigh(channels, mask).Logits.MoveToOuterDisposeScope();                       // [B, C]
    }

    /// <inheritdoc/>
    /// <remarks>The attention is the mean of the poolings' weights; a position's is divided among its residues.</remarks>
    public (Tensor Logits, Tensor Attention) ForwardWithAttention(Tensor channels, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var (logits, weights) = Weigh(channels, mask);                                       // [B, C], [B, T, P]
        return (logits.MoveToOuterDisposeScope(), PooledAttention.OfResidues(weights.mean([2L]), mask, _stride).MoveToOuterDisposeScope()); // [B, C], [B, L]
    }

    (int Width, int Residues) IResidueNetwork.Positions => (_width, _stride);

    Tensor IResidueNetwork.ReadPositions(Tensor channels, Tensor mask)
    {
        using var scope = NewDisposeScope();
        return Read(channels, mask).States.MoveToOuterDisposeScope();                        // [B, T, W]
    }

    /// <inheritdoc/>
    /// <remarks>The attention is the mean of the poolings' weights; a position's is divided among its residues.</remarks>
    public OnnxScores Export(OnnxGraph graph, OnnxValue channels, OnnxValue mask)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var positions = OnnxPositions.Of(graph, mask).Strided(_stride);
        var features = graph.Squeeze(positions.Zero(graph.Relu(_stem.Export(graph, graph.Unsqueeze(channels, 2)))), 2); // [B, W, L / stride]
        var missing = PooledAttention.Missing(graph, graph.SizeOf(features, 2), _window);
        var states = graph.Reshape(graph.PadBy(graph.Transpose(features, 0, 2, 1), 3, 1, missing), -1, _width); // [B x T, W]
        var residues = graph.PadBy(graph.Slice(mask, 1, 0, step: _stride), 2, 1, missing);   // [B, T]
        var angles = RotaryPositions.Export(graph, graph.SizeOf(residues, 1), _headWidth);
        foreach (var block in _blocks)
            states = block.Export(graph, states, residues, angles);                          // [B x T, W]

        states = TransformerBlock.OfPositions(graph, TransformerBlock.Export(graph, _norm, states), residues, _width); // [B, T, W]
        var logits = graph.Transpose(graph.MatMul(states, graph.Weights(_attention.weight!.t())), 0, 2, 1); // [B, P, T]
        var present = graph.Cast(graph.Unsqueeze(residues, 1), OnnxType.Bool);               // [B, 1, T]
        var weights = graph.Softmax(graph.Where(present, logits, graph.Constant(float.NegativeInfinity))); // [B, P, T]
        var pooled = graph.Flatten(graph.MatMul(weights, states));                           // [B, P x W]
        return new OnnxScores(_head.Export(graph, pooled), PooledAttention.OfResidues(graph, graph.ReduceMean(weights, [1]), mask, _stride)); // [B, C], [B, L]
    }

    // The tensors belong to the caller's dispose scope.
    private (Tensor States, Tensor Residues) Read(Tensor channels, Tensor mask)              // [B, D, L], bool [B, L]
    {
        var features = _stem.Activate(channels, new PositionMask(mask).Strided(_stride));    // [B, W, L / stride]
        long length = (features.shape[2] + _window - 1) / _window * _window, missing = length - features.shape[2];
        var states = PositionLayout.Pad(features, 0, missing).transpose(1, 2);               // [B, T, W]
        var residues = F.pad(mask.slice(1, 0, mask.shape[1], _stride), (0, missing));        // [B, T]
        var rotation = new RotaryPositions(length, _headWidth, states);
        foreach (var block in _blocks)
            states = block.forward(states, residues, rotation);                              // [B, T, W]

        return (TransformerBlock.Apply(_norm, states), residues);
    }

    // The tensors belong to the caller's dispose scope.
    private (Tensor Logits, Tensor Weights) Weigh(Tensor channels, Tensor mask)              // [B, D, L], bool [B, L]
    {
        var (states, residues) = Read(channels, mask);                                       // [B, T, W], bool [B, T]
        var logits = F.linear(states, _attention.weight!.to_type(states.dtype)).to_type(ScalarType.Float32); // [B, T, P]
        var weights = logits.masked_fill(residues.logical_not().unsqueeze(2), Numbers.NegativeInfinity).softmax(1); // [B, T, P]
        var pooled = weights.transpose(1, 2).to_type(states.dtype).bmm(states);              // [B, P, W]
        return (_head.forward(pooled.flatten(1)), weights);                                  // [B, C], [B, T, P]
    }
}
