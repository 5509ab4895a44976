using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Native;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>One convolution gives values and another one the weights of their mean over the positions; a small head reads mean and maximum.</summary>
/// <remarks>
/// Staerk et al., Light attention predicts protein location from the language of life, Bioinformatics Advances 1 (2021), vbab035.
/// Padding has the attention logit minus infinity, and is no maximum either. The paper reads embeddings; for residues themselves,
/// convolutions may stand before.
/// </remarks>
public sealed class LightAttention : nn.Module<Tensor, Tensor, Tensor>, IAttentionNetwork, IOnnxNetwork
{
    [ComponentName(Name = "stem")]
    private readonly ModuleList<NormalizedConvolution> _stem;

    [ComponentName(Name = "values")]
    private readonly Conv1d _values;

    [ComponentName(Name = "attention")]
    private readonly Conv1d _attention;

    [ComponentName(Name = "dropout")]
    private readonly Dropout _dropout;

    [ComponentName(Name = "hidden")]
    private readonly Linear _hidden;

    [ComponentName(Name = "norm")]
    private readonly MaskedBatchNorm _norm;

    [ComponentName(Name = "classes")]
    private readonly Linear _classes;

    private readonly int _kernel;
    private readonly SamePadding _padding;

    internal LightAttention(LightAttentionConfig config, NetworkShape shape)
        : base(nameof(LightAttention))
    {
        long inputs = config.Stem.Count == 0 ? shape.Channels : config.Stem[^1];
        long filters = config.Filters ?? inputs;
        _kernel = config.Kernel;
        _padding = new SamePadding(shape.Length, config.Kernel, stride: 1);
        _stem = new ModuleList<NormalizedConvolution>([.. config.Stem.Select((width, i) =>
            new NormalizedConvolution(i == 0 ? shape.Channels : config.Stem[i - 1], width, config.Kernel, stride: 1, shape.Length))]);
        _values = KerasInit.Convolution(inputs, filters, config.Kernel);
        _attention = KerasInit.Convolution(inputs, filters, config.Kernel);
        _dropout = nn.Dropout(config.Dropout);
        _hidden = KerasInit.Linear(2 * filters, config.Hidden);
        _norm = new MaskedBatchNorm(config.Hidden);
        _classes = KerasInit.Linear(config.Hidden, shape.Classes);
        RegisterComponents();
    }

    /// <summary>Scores a batch.</summary>
    /// <param name="channels">[B, D, L], float32 or bfloat16; any L; zero on padding.</param>
    /// <param name="mask">[B, L], bool; true on residues.</param>
    /// <returns>Logits [B, C], float32.</returns>
    public override Tensor forward(Tensor channels, Tensor mask)
    {
        using var scope = NewDisposeScope();
        return Weigh(channels, mask).Logits.MoveToOuterDisposeScope();                          // [B, C]
    }

    /// <inheritdoc/>
    /// <remarks>The attention is the mean of the filters' weights.</remarks>
    public (Tensor Logits, Tensor Attention) ForwardWithAttention(Tensor channels, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var (logits, weights) = Weigh(channels, mask);                                          // [B, C], [B, L, F]
        return (logits.MoveToOuterDisposeScope(), weights.mean([2L]).MoveToOuterDisposeScope()); // [B, C], [B, L]
    }

    /// <inheritdoc/>
    /// <remarks>The attention is the mean of the filters' weights.</remarks>
    public OnnxScores Export(OnnxGraph graph, OnnxValue channels, OnnxValue mask)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var positions = OnnxPositions.Of(graph, mask);
        var features = graph.Unsqueeze(channels, 2);                                            // [B, D, 1, L]
        foreach (var convolution in _stem)
            features = positions.Zero(graph.Relu(convolution.Export(graph, features)));         // [B, S, 1, L]

        var residues = graph.Cast(graph.Unsqueeze(mask, 1), OnnxType.Bool);                     // [B, 1, L]
        var nothing = graph.Constant(float.NegativeInfinity);
        var values = Export(graph, features, _values);                                          // [B, F, L]
        var weights = graph.Softmax(graph.Where(residues, Export(graph, features, _attention), nothing)); // [B, F, L]
        var attended = graph.ReduceSum(graph.Mul(values, weights), [2]);                        // [B, F]
        var largest = graph.ReduceMax(graph.Where(residues, values, nothing), [2]);             // [B, F]
        var hidden = graph.Relu(graph.Linear(graph.Concat(1, attended, largest), graph.Weights(_hidden.weight!), graph.Weights(_hidden.bias!)));
        var (factor, shift) = _norm.Affine();
        var normalised = graph.Add(graph.Mul(hidden, graph.Weights(factor)), graph.Weights(shift)); // [B, H]
        var logits = graph.Linear(normalised, graph.Weights(_classes.weight!), graph.Weights(_classes.bias!)); // [B, C]
        return new OnnxScores(logits, graph.ReduceMean(weights, [1]));                          // [B, C], [B, L]
    }

    // The tensors belong to the caller's dispose scope.
    private (Tensor Logits, Tensor Weights) Weigh(Tensor channels, Tensor mask)                 // [B, D, L], bool [B, L]
    {
        var features = Prepare(channels, mask);                                                 // [B, D, L]
        var padding = mask.logical_not().unsqueeze(2);                                          // [B, L, 1]
        var (padded, sides) = _padding.Apply(features);
        var values = _dropout.forward(Convolve(padded, _values, sides));                        // [B, L, F]
        var logits = Convolve(padded, _attention, sides);                                       // [B, L, F]
        var weights = logits.masked_fill(padding, Numbers.NegativeInfinity).softmax(1);         // [B, L, F]
        var attended = (values * weights).sum(1L);                                              // [B, F]
        var largest = values.masked_fill(padding, Numbers.NegativeInfinity).amax([1]);          // [B, F]
        var hidden = F.relu(_dropout.forward(_hidden.forward(cat([attended, largest], 1))));    // [B, H]
        var proteins = new PositionMask(mask.narrow(1, 0, 1));                                  // every protein has a first residue
        var normalised = _norm.forward(hidden.unsqueeze(2), proteins).squeeze(2);               // [B, H]
        return (_classes.forward(normalised), weights);                                         // [B, C], [B, L, F]
    }

    private Tensor Prepare(Tensor channels, Tensor mask)
    {
        if (_stem.Count == 0)
            return channels;

        var positions = new PositionMask(mask);
        return _stem.Aggregate(channels, (features, convolution) => convolution.Activate(features, positions)); // [B, S, L]
    }

    // What follows is computed in float32, position by position as the features lie in memory.
    private static Tensor Convolve(Tensor padded, Conv1d convolution, long sides) =>
        PositionLayout.Convolve(padded, convolution, sides: sides).transpose(1, 2).to_type(ScalarType.Float32);

    private OnnxValue Export(OnnxGraph graph, OnnxValue features, Conv1d convolution)
    {
        var (left, right) = _padding.Shares;
        var found = graph.Conv(features, graph.PositionWeights(convolution.weight!), graph.Weights(convolution.bias!), _kernel, 1, left, right);
        return graph.Squeeze(found, 2);                                                         // [B, F, L]
    }
}
