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
/// Padding has the attention logit minus infinity, and is no maximum either.
/// </remarks>
public sealed class LightAttention : nn.Module<Tensor, Tensor, Tensor>, IAttentionNetwork, IOnnxNetwork
{
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
        long filters = config.Filters ?? shape.Channels;
        _kernel = config.Kernel;
        _padding = new SamePadding(shape.Length, config.Kernel, stride: 1);
        _values = KerasInit.Convolution(shape.Channels, filters, config.Kernel);
        _attention = KerasInit.Convolution(shape.Channels, filters, config.Kernel);
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
        var (logits, weights) = Weigh(channels, mask);                                          // [B, C], [B, F, L]
        return (logits.MoveToOuterDisposeScope(), weights.mean([1L]).MoveToOuterDisposeScope()); // [B, C], [B, L]
    }

    /// <inheritdoc/>
    /// <remarks>The attention is the mean of the filters' weights.</remarks>
    public OnnxScores Export(OnnxGraph graph, OnnxValue channels, OnnxValue mask)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var residues = graph.Cast(graph.Unsqueeze(mask, 1), OnnxType.Bool);                     // [B, 1, L]
        var nothing = graph.Constant(float.NegativeInfinity);
        var values = Export(graph, channels, _values);                                          // [B, F, L]
        var weights = graph.Softmax(graph.Where(residues, Export(graph, channels, _attention), nothing)); // [B, F, L]
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
        var padding = mask.logical_not().unsqueeze(1);                                          // [B, 1, L]
        var (padded, sides) = _padding.Apply(channels);
        var values = _dropout.forward(Convolve(padded, _values, sides));                        // [B, F, L]
        var logits = Convolve(padded, _attention, sides);                                       // [B, F, L]
        var weights = logits.masked_fill(padding, Numbers.NegativeInfinity).softmax(-1);        // [B, F, L]
        var attended = (values * weights).sum(-1L);                                             // [B, F]
        var largest = values.masked_fill(padding, Numbers.NegativeInfinity).amax([-1]);         // [B, F]
        var hidden = F.relu(_dropout.forward(_hidden.forward(cat([attended, largest], 1))));    // [B, H]
        var proteins = new PositionMask(mask.narrow(1, 0, 1));                                  // every protein has a first residue
        var normalised = _norm.forward(hidden.unsqueeze(2), proteins).squeeze(2);               // [B, H]
        return (_classes.forward(normalised), weights);                                         // [B, C], [B, F, L]
    }

    // What follows is computed in float32.
    private static Tensor Convolve(Tensor padded, Conv1d convolution, long sides) =>
        PositionLayout.Convolve(padded, convolution, sides: sides).to_type(ScalarType.Float32);

    private OnnxValue Export(OnnxGraph graph, OnnxValue channels, Conv1d convolution)
    {
        var (left, right) = _padding.Shares;
        var features = graph.Conv(
            graph.Unsqueeze(channels, 2), graph.PositionWeights(convolution.weight!), graph.Weights(convolution.bias!), _kernel, 1, left, right);
        return graph.Squeeze(features, 2);                                                      // [B, F, L]
    }
}
