using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Native;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Attention among positions, then two fully connected layers on each, both behind a normalisation and added to their input.</summary>
/// <remarks>
/// Attention reaches over the whole protein, or over a window's positions and those of the windows before and behind. Padding is never
/// attended to: its logit is so far below any other that its share is zero. (Minus infinity gives no number in a window of nothing else.)
/// </remarks>
internal sealed class TransformerBlock : nn.Module<Tensor, Tensor, RotaryPositions, Tensor>
{
    private const float Never = -1e9f;

    // So far bfloat16 attention is faster as two products: libtorch's own keeps no weights of all pairs, but its backward pass takes three times as long.
    private const long LongestProduct = 2048;

    private static readonly Scalar _never = Never;

    [ComponentName(Name = "attention_norm")]
    private readonly LayerNorm _attentionNorm;

    [ComponentName(Name = "projection")]
    private readonly Linear _projection;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    [ComponentName(Name = "hidden_norm")]
    private readonly LayerNorm _hiddenNorm;

    [ComponentName(Name = "expand")]
    private readonly Linear _expand;

    [ComponentName(Name = "contract")]
    private readonly Linear _contract;

    [ComponentName(Name = "dropout")]
    private readonly Dropout _dropout;

    private readonly long _width;
    private readonly long _heads;
    private readonly long? _window;

    /// <summary>Builds the block.</summary>
    /// <param name="width">Values of a position, D; a multiple of twice the heads.</param>
    /// <param name="heads">Heads of the attention, H.</param>
    /// <param name="hidden">Units of the first fully connected layer.</param>
    /// <param name="window">Positions of a window; null for attention over the whole protein.</param>
    /// <param name="dropout">Share dropped of what is added.</param>
    internal TransformerBlock(long width, long heads, long hidden, long? window, double dropout)
        : base(nameof(TransformerBlock))
    {
        (_width, _heads, _window) = (width, heads, window);
        _attentionNorm = nn.LayerNorm(width);
        _projection = KerasInit.Linear(width, 3 * width);
        _output = KerasInit.Linear(width, width);
        _hiddenNorm = nn.LayerNorm(width);
        _expand = KerasInit.Linear(width, hidden);
        _contract = KerasInit.Linear(hidden, width);
        _dropout = nn.Dropout(dropout);
        RegisterComponents();
    }

    /// <summary>Lets the positions attend to each other.</summary>
    /// <param name="states">[B, T, D], float32 or bfloat16; T is a multiple of the window; any value on padding.</param>
    /// <param name="mask">[B, T], bool; true on residues.</param>
    /// <param name="rotation">Angles of the T positions.</param>
    /// <returns>[B, T, D], of the states' type; any value on padding.</returns>
    public override Tensor forward(Tensor states, Tensor mask, RotaryPositions rotation)
    {
        using var scope = NewDisposeScope();
        var joint = Apply(_projection, Apply(_attentionNorm, states));                      // [B, T, 3 D]
        var (batch, length) = (states.shape[0], states.shape[1]);
        var turned = rotation.Turn(joint.narrow(2, 0, 2 * _width).view(batch, length, 2 * _heads, _width / _heads)); // [B, T, 2 H, E]
        var attended = Attend(turned.narrow(2, 0, _heads), turned.narrow(2, _heads, _heads), joint.narrow(2, 2 * _width, _width), mask);
        states = states.Plus(_dropout.forward(Apply(_output, attended.reshape(batch, length, _width))));
        var hidden = F.gelu(Apply(_expand, Apply(_hiddenNorm, states)));                    // [B, T, hidden]
        return states.Plus(_dropout.forward(Apply(_contract, hidden))).MoveToOuterDisposeScope();
    }

    /// <summary>Normalises in the type of the states, with statistics in float32.</summary>
    internal static Tensor Apply(LayerNorm norm, Tensor states) => F.layer_norm(
        states, [states.shape[^1]], norm.weight!.to_type(states.dtype), norm.bias!.to_type(states.dtype));

    /// <summary>Adds the block to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="states">[B x T, D], T a multiple of the window; as one matrix, so that a dense layer and its bias are one operator.</param>
    /// <param name="mask">[B, T], float32.</param>
    /// <param name="angles">Cosines and sines of the T positions.</param>
    /// <returns>[B x T, D], any value on padding.</returns>
    internal OnnxValue Export(OnnxGraph graph, OnnxValue states, OnnxValue mask, (OnnxValue Cosines, OnnxValue Sines) angles)
    {
        var parts = graph.Operator("Split", [Export(graph, _projection, Export(graph, _attentionNorm, states))], 3, new OnnxSetting("axis", 1L)); // [B x T, D]
        var attended = graph.IsForOnnxRuntime ? AttendInRuntime(graph, parts, mask, angles) : Attend(graph, parts, mask, angles);
        states = graph.Add(states, Export(graph, _output, graph.Reshape(attended, -1, _width)));
        var hidden = Gelu(graph, Export(graph, _expand, Export(graph, _hiddenNorm, states))); // [B x T, hidden]
        return graph.Add(states, Export(graph, _contract, hidden));
    }

    /// <summary>Divides rows, one for each position, among the proteins.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="rows">[B x T, D].</param>
    /// <param name="mask">[B, T].</param>
    /// <param name="shape">Sizes whose product is D.</param>
    /// <returns>[B, T, ...].</returns>
    internal static OnnxValue OfPositions(OnnxGraph graph, OnnxValue rows, OnnxValue mask, params long[] shape) =>
        graph.Operator("Reshape", [rows, graph.Concat(0, graph.Shape(mask), graph.Integers(shape))]);

    /// <summary>Adds a normalisation to a graph.</summary>
    internal static OnnxValue Export(OnnxGraph graph, LayerNorm norm, OnnxValue states) =>
        graph.LayerNormalization(states, graph.Weights(norm.weight!), graph.Weights(norm.bias!));

    private OnnxValue Attend(
        OnnxGraph graph, IReadOnlyList<OnnxValue> parts, OnnxValue mask, (OnnxValue Cosines, OnnxValue Sines) angles) // [B x T, D] three times, [B, T]
    {
        OnnxValue Heads(OnnxValue part) => OfPositions(graph, part, mask, _heads, _width / _heads);               // [B, T, H, E]
        var (query, key, residues) = (RotaryPositions.Export(graph, Heads(parts[0]), angles), RotaryPositions.Export(graph, Heads(parts[1]), angles), mask);
        OnnxValue value;
        if (_window is { } window)
        {
            query = graph.Reshape(query, -1, window, _heads, _width / _heads);              // [B x windows, W, H, E]
            key = graph.Reshape(Around(graph, key, _width), -1, 3 * window, _heads, _width / _heads); // [B x windows, 3 W, H, E]
            value = graph.Reshape(Around(graph, OfPositions(graph, parts[2], mask, _width), _width), -1, 3 * window, _heads, _width / _heads);
            residues = graph.Reshape(Around(graph, residues, 1), -1, 3 * window);           // [B x windows, 3 W]
        }
        else
        {
            value = Heads(parts[2]);
        }

        query = graph.Mul(query, graph.Constant(1 / MathF.Sqrt(_width / _heads)));
        var logits = graph.MatMul(graph.Transpose(query, 0, 2, 1, 3), graph.Transpose(key, 0, 2, 3, 1)); // [., H, W, 3 W]
        var never = graph.Mul(graph.Sub(graph.Constant(1f), residues), graph.Constant(Never)); // [., 3 W]
        var weights = graph.Softmax(graph.Add(logits, graph.Unsqueeze(never, 1, 2)));       // [., H, W, 3 W]
        return graph.Transpose(graph.MatMul(weights, graph.Transpose(value, 0, 2, 1, 3)), 0, 2, 1, 3); // [., W, H, E]
    }

    // One operator does without most of the copies.
    private OnnxValue AttendInRuntime(
        OnnxGraph graph, IReadOnlyList<OnnxValue> parts, OnnxValue mask, (OnnxValue Cosines, OnnxValue Sines) angles) // [B x T, D] three times, [B, T]
    {
        OnnxValue Positions(OnnxValue part) => OfPositions(graph, part, mask, _width);      // [B, T, D]
        var (query, key) = (RotaryPositions.ExportToRuntime(graph, Positions(parts[0]), angles), RotaryPositions.ExportToRuntime(graph, Positions(parts[1]), angles));
        var (value, residues) = (Positions(parts[2]), mask);
        if (_window is { } window)
        {
            query = graph.Reshape(query, -1, window, _width);                               // [B x windows, W, D]
            key = graph.Reshape(Around(graph, key, _width), -1, 3 * window, _width);        // [B x windows, 3 W, D]
            value = graph.Reshape(Around(graph, value, _width), -1, 3 * window, _width);
            residues = graph.Reshape(Around(graph, mask, 1), -1, 3 * window);               // [B x windows, 3 W]
        }

        return graph.RuntimeOperator(
            "MultiHeadAttention", [query, key, value, null, graph.Cast(residues, OnnxType.Int32)],
            new OnnxSetting("num_heads", _heads), new OnnxSetting("mask_filter_value", Never)); // [., W, D]
    }

    private Tensor Attend(Tensor query, Tensor key, Tensor value, Tensor mask)              // [B, T, H, E] twice, [B, T, D], bool [B, T]
    {
        if (_window is { } window)
        {
            query = query.reshape(-1, window, _heads, _width / _heads);                     // [B x windows, W, H, E]
            (key, value, mask) = (Around(key.flatten(2)), Around(value), Around(mask.unsqueeze(2)).squeeze(2)); // [B x windows, 3 W, ...]
        }

        var never = query.new_zeros(mask.shape).masked_fill(mask.logical_not(), _never).unsqueeze(1).unsqueeze(1); // [., 1, 1, 3 W]
        var (queries, keys, values) = (query.transpose(1, 2), Heads(key), Heads(value));    // [., H, W, E], [., H, 3 W, E] twice
        var attended = query.dtype == ScalarType.BFloat16 && mask.shape[1] <= LongestProduct
            ? Share(queries, keys, never).matmul(values)
            : F.scaled_dot_product_attention(queries, keys, values, never);
        return attended.transpose(1, 2);                                                    // [., W, H, E]
    }

    private Tensor Heads(Tensor states) => states.reshape(states.shape[0], -1, _heads, _width / _heads).transpose(1, 2); // [., H, T, E]

    // Softmax computes in float32 and rounds what it gives.
    private Tensor Share(Tensor queries, Tensor keys, Tensor never) =>
        (queries * Numbers.Of(1 / Math.Sqrt(_width / _heads))).matmul(keys.transpose(2, 3)).Plus(never).softmax(-1); // [., H, W, 3 W]

    // Each window with its neighbours; beyond either end stands padding.
    private Tensor Around(Tensor states)                                                    // [B, T, D]
    {
        long count = states.shape[1] / _window!.Value;
        var windows = F.pad(states.view(states.shape[0], count, _window.Value, -1), (long[])[0, 0, 0, 0, 1, 1]); // [B, windows + 2, W, D]
        return cat([windows.narrow(1, 0, count), windows.narrow(1, 1, count), windows.narrow(1, 2, count)], 2).flatten(0, 1); // [B x windows, 3 W, D]
    }

    private OnnxValue Around(OnnxGraph graph, OnnxValue states, long width)                 // [B, T, width] or [B, T] for 1
    {
        long window = _window!.Value;
        var windows = graph.Pad(graph.Reshape(states, 0, -1, window * width), graph.Integers(0, 1, 0, 0, 1, 0)); // [B, windows + 2, W x width]
        return graph.Concat(2, graph.Slice(windows, 1, 0, -2), graph.Slice(windows, 1, 1, -1), graph.Slice(windows, 1, 2)); // [B, windows, 3 W x width]
    }

    private static Tensor Apply(Linear layer, Tensor states) =>
        F.linear(states, layer.weight!.to_type(states.dtype), layer.bias!.to_type(states.dtype));

    private static OnnxValue Export(OnnxGraph graph, Linear layer, OnnxValue states) =>
        graph.Linear(states, graph.Weights(layer.weight!), graph.Weights(layer.bias!));

    private static OnnxValue Gelu(OnnxGraph graph, OnnxValue x) => graph.Mul(
        graph.Mul(x, graph.Constant(0.5f)), graph.Add(graph.Erf(graph.Div(x, graph.Constant(MathF.Sqrt(2)))), graph.Constant(1f)));
}
