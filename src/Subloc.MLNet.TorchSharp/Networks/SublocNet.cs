using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Native;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>
/// Convolutions of several widths, residual blocks at smaller and smaller lengths, and several attentions over the positions; beside them, the heads
/// of a <see cref="DescriptorNet"/>. Each of the two learns for itself; the mean of their logits scores.
/// </summary>
/// <remarks>
/// The first layer is DeepLoc's (Almagro Armenteros et al., Bioinformatics 33 (2017), 3387-3395), the attentions are those of Staerk et al.
/// (Bioinformatics Advances 1 (2021), vbab035) over few sets of weights. Each position also knows how far both ends are, where most sorting
/// signals lie.
/// </remarks>
public sealed class SublocNet : nn.Module<Tensor, Tensor, Tensor>, IAttentionNetwork, IOnnxNetwork
{
    /// <summary>Channels that say how far both ends are: three for each.</summary>
    internal const int EndChannels = 6;

    private const int PoolWidth = 2;

    private static readonly float[] _endScales = [-1 / 8f, -1 / 32f, -1 / 128f];

    [ComponentName(Name = "stem")]
    private readonly ModuleList<NormalizedConvolution> _stem;

    [ComponentName(Name = "feature_dropout")]
    private readonly Dropout _featureDropout;

    [ComponentName(Name = "mixing")]
    private readonly ModuleList<NormalizedConvolution> _mixing;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<NormalizedConvolution> _blocks;

    [ComponentName(Name = "attention")]
    private readonly Linear _attention;

    [ComponentName(Name = "dropout")]
    private readonly Dropout _dropout;

    [ComponentName(Name = "head")]
    private readonly ClassificationHead _head;

    [ComponentName(Name = "descriptors")]
    private readonly DescriptorNet? _descriptors;

    private readonly SamePadding[] _pools;
    private readonly int _layersPerStage;

    internal SublocNet(SublocNetConfig config, NetworkShape shape)
        : base(nameof(SublocNet))
    {
        long length = shape.Length;
        long width = (long)config.StemKernels.Count * config.StemFilters;
        _stem = new ModuleList<NormalizedConvolution>([.. config.StemKernels.Select(kernel =>
            new NormalizedConvolution(shape.Channels + EndChannels, config.StemFilters, kernel, 1, length))]);
        _featureDropout = nn.Dropout(config.FeatureDropout);
        var pools = new List<SamePadding>();
        var mixing = new List<NormalizedConvolution>();
        var blocks = new List<NormalizedConvolution>();
        foreach (int next in config.Widths)
        {
            pools.Add(new SamePadding(length, PoolWidth, PoolWidth));
            length = SamePadding.Windows(length, PoolWidth);
            mixing.Add(new NormalizedConvolution(width, next, config.Kernel, 1, length));
            width = next;
            for (int i = 0; i < 2 * config.Blocks; i++)
                blocks.Add(new NormalizedConvolution(width, width, config.Kernel, 1, length));
        }

        _pools = [.. pools];
        _layersPerStage = 2 * config.Blocks;
        _mixing = new ModuleList<NormalizedConvolution>([.. mixing]);
        _blocks = new ModuleList<NormalizedConvolution>([.. blocks]);
        _attention = KerasInit.Linear(width, config.Heads);
        _dropout = nn.Dropout(config.Dropout);
        _head = new ClassificationHead((config.Heads + 2) * width, [config.Hidden], config.Dropout, shape.Classes);
        _descriptors = config.Descriptors is null ? null : new DescriptorNet(config.Descriptors, shape);
        RegisterComponents();
    }

    // Windows of pooling begin at the first residue: what is missing of the last one stands behind.
    private int ResiduesOfAPosition => 1 << _mixing.Count;

    /// <summary>Scores a batch.</summary>
    /// <param name="channels">[B, D, L], float32 or bfloat16; any L; zero on padding.</param>
    /// <param name="mask">[B, L], bool; true on residues, which stand at the left.</param>
    /// <returns>Logits [B, C], float32; in training those of the convolutions and of each of the H other heads, [(1 + H) B, C].</returns>
    public override Tensor forward(Tensor channels, Tensor mask)                 // [B, D, L], bool [B, L]
    {
        using var scope = NewDisposeScope();
        return Weigh(channels, mask).Logits.MoveToOuterDisposeScope();           // [B, C]
    }

    /// <inheritdoc/>
    /// <remarks>The attention is the mean of all attentions; each position's weight is divided among the residues that were pooled into it.</remarks>
    public (Tensor Logits, Tensor Attention) ForwardWithAttention(Tensor channels, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var (logits, weights) = Weigh(channels, mask);                           // [B, C], [B, H, T]
        var attention = PooledAttention.OfResidues(weights.mean([1L]), mask, ResiduesOfAPosition); // [B, L]
        return (logits.MoveToOuterDisposeScope(), attention.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    /// <remarks>The attention is the mean of all attentions; each position's weight is divided among the residues that were pooled into it.</remarks>
    public OnnxScores Export(OnnxGraph graph, OnnxValue channels, OnnxValue mask)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var positions = OnnxPositions.Of(graph, mask);
        var input = graph.Unsqueeze(graph.Concat(1, channels, Ends(graph, mask)), 2); // [B, D + 6, 1, L]
        var features = positions.Zero(graph.Relu(graph.Concat(1, [.. _stem.Select(layer => layer.Export(graph, input))]))); // [B, F, 1, L]
        for (int stage = 0; stage < _mixing.Count; stage++)
        {
            var (left, right) = _pools[stage].Shares;
            positions = positions.Strided(PoolWidth);
            features = Activate(graph, _mixing[stage], graph.MaxPool(features, PoolWidth, PoolWidth, left, right), positions);
            for (int i = stage * _layersPerStage; i < (stage + 1) * _layersPerStage; i += 2)
                features = Activate(graph, _blocks[i + 1], Activate(graph, _blocks[i], features, positions), positions, features);
        }

        var rows = graph.Transpose(graph.Squeeze(features, 2), 0, 2, 1);         // [B, T, C]
        var scores = graph.Add(graph.MatMul(rows, graph.Weights(_attention.weight!.t())), graph.Weights(_attention.bias!)); // [B, T, H]
        scores = graph.Transpose(scores, 0, 2, 1);                               // [B, H, T]
        var weights = graph.Softmax(graph.Where(positions.Residues(), scores, graph.Constant(float.NegativeInfinity))); // [B, H, T]
        var attended = graph.Flatten(graph.MatMul(weights, rows));               // [B, H C]
        var pooled = graph.Concat(1, attended, positions.Average(features), graph.ReduceMax(features, [2, 3])); // [B, (H + 2) C]
        var attention = PooledAttention.OfResidues(graph, graph.ReduceMean(weights, [1]), mask, ResiduesOfAPosition); // [B, L]
        var logits = _head.Export(graph, pooled);                                // [B, C]
        if (_descriptors is not null)
            logits = graph.Mul(graph.Add(logits, _descriptors.Export(graph, channels, mask).Logits), graph.Constant(0.5f));
        return new OnnxScores(logits, attention);                                // [B, C], [B, L]
    }

    // The tensors belong to the caller's dispose scope.
    private (Tensor Logits, Tensor Weights) Weigh(Tensor channels, Tensor mask)  // [B, D, L], bool [B, L]
    {
        var positions = new PositionMask(mask);
        var input = cat([channels.transpose(1, 2), Ends(mask).to_type(channels.dtype)], 2).transpose(1, 2); // [B, D + 6, L]
        var features = cat([.. _stem.Select(layer => layer.Activate(input, positions).transpose(1, 2))], 2); // [B, L, F]
        features = _featureDropout.forward(features).transpose(1, 2);            // [B, F, L]
        for (int stage = 0; stage < _mixing.Count; stage++)
        {
            var (padded, sides) = _pools[stage].Apply(features);                 // zero is no more than any value after ReLU
            positions = positions.Strided(PoolWidth);
            features = _mixing[stage].Activate(PositionLayout.MaxPool(padded, PoolWidth, PoolWidth, sides), positions);
            for (int i = stage * _layersPerStage; i < (stage + 1) * _layersPerStage; i += 2)
                features = _blocks[i + 1].Activate(_blocks[i].Activate(features, positions), positions, features);
        }

        var rows = features.transpose(1, 2).to_type(ScalarType.Float32);         // [B, T, C]
        var scores = _attention.forward(rows).transpose(1, 2);                   // [B, H, T]
        var weights = scores.masked_fill(positions.Outside().unsqueeze(1), Numbers.NegativeInfinity).softmax(-1); // [B, H, T]
        var attended = weights.matmul(rows).flatten(1);                          // [B, H C]
        var mean = rows.sum(1L) / positions.Lengths();                           // [B, C]
        var pooled = cat([attended, mean, rows.amax([1])], 1);                   // [B, (H + 2) C]
        var logits = _head.forward(_dropout.forward(pooled));                    // [B, C]
        if (_descriptors is not null)
        {
            var others = _descriptors.forward(channels, mask);                   // [B, C] or [H B, C]
            logits = training ? cat([logits, others]) : logits.Plus(others) / Numbers.Of(2.0);
        }

        return (logits, weights);                                                // [B, C], [B, H, T]
    }

    private static OnnxValue Activate(
        OnnxGraph graph, NormalizedConvolution layer, OnnxValue features, OnnxPositions positions, OnnxValue? shortcut = null)
    {
        OnnxValue convolved = layer.Export(graph, features);
        return positions.Zero(graph.Relu(shortcut is null ? convolved : graph.Add(convolved, shortcut)));
    }

    // exp(-d / s) for the distance d to either end, at three scales s.
    private static Tensor Ends(Tensor mask)                                      // [B, L]
    {
        var residues = mask.to_type(ScalarType.Float32);
        var before = residues.cumsum(1L) - residues;                             // [B, L]
        var behind = (residues.sum(1L, keepdim: true) - before - residues).clamp_min(Numbers.Zero);
        using var scales = tensor(_endScales, device: mask.device);
        var both = stack([before, behind], 2).unsqueeze(3) * scales;             // [B, L, 2, 3]
        return both.exp().flatten(2) * residues.unsqueeze(2);                    // [B, L, 6]
    }

    private static OnnxValue Ends(OnnxGraph graph, OnnxValue mask)               // [B, L]
    {
        var zero = graph.Constant(0f);
        var before = graph.Range(zero, graph.Squeeze(graph.Cast(graph.SizeOf(mask, 1), OnnxType.Float), 0), graph.Constant(1f)); // [L]
        var last = graph.Sub(graph.ReduceSum(mask, [1], keep: true), graph.Constant(1f)); // [B, 1]
        var behind = graph.Max(graph.Sub(last, before), zero);                   // [B, L]
        var scales = graph.Constant<float>(_endScales, [3, 1]);
        var distances = graph.Concat(1, graph.Unsqueeze(graph.Add(before, graph.Mul(behind, zero)), 1), graph.Unsqueeze(behind, 1)); // [B, 2, L]
        var near = graph.Exp(graph.Mul(graph.Unsqueeze(distances, 2), scales));  // [B, 2, 3, L]
        return graph.Mul(graph.Reshape(near, 0, EndChannels, -1), graph.Unsqueeze(mask, 1)); // [B, 6, L]
    }
}
