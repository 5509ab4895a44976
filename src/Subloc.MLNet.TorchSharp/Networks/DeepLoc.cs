using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Native;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Convolutions of several widths, an LSTM in both directions, and a decoder that looks at the protein several times.</summary>
/// <remarks>
/// Almagro Armenteros et al., DeepLoc: prediction of protein subcellular localization using deep learning, Bioinformatics 33 (2017), 3387-3395,
/// without its tree of compartments. Each direction of the LSTM begins at an end of the protein, not of the batch, and padding has the
/// attention logit minus infinity.
/// </remarks>
public sealed class DeepLoc : nn.Module<Tensor, Tensor, Tensor>, IAttentionNetwork, IOnnxNetwork
{
    internal const int JoiningKernel = 3;

    [ComponentName(Name = "convolutions")]
    private readonly ModuleList<Conv1d> _convolutions;

    [ComponentName(Name = "join")]
    private readonly Conv1d _join;

    [ComponentName(Name = "lstm_forward")]
    private readonly LSTM _forward;

    [ComponentName(Name = "lstm_backward")]
    private readonly LSTM _backward;

    [ComponentName(Name = "keys")]
    private readonly Linear _keys;

    [ComponentName(Name = "query")]
    private readonly Linear _query;

    [ComponentName(Name = "attention")]
    private readonly Linear _attention;

    [ComponentName(Name = "gates")]
    private readonly Linear _gates;

    [ComponentName(Name = "head")]
    private readonly ClassificationHead _head;

    private readonly int _lookings;
    private readonly int _units;
    private readonly int _widest;
    private readonly SamePadding _padding;
    private readonly SamePadding _joinPadding;

    internal DeepLoc(DeepLocConfig config, NetworkShape shape)
        : base(nameof(DeepLoc))
    {
        long states = 2L * config.LstmUnits;
        _lookings = config.AttentionSteps;
        _units = config.LstmUnits;
        _widest = config.Kernels.Max();
        _padding = new SamePadding(shape.Length, _widest, stride: 1);
        _joinPadding = new SamePadding(shape.Length, JoiningKernel, stride: 1);
        _convolutions = new ModuleList<Conv1d>([.. config.Kernels.Select(kernel => KerasInit.Convolution(shape.Channels, config.Filters, kernel))]);
        _join = KerasInit.Convolution(config.Kernels.Count * config.Filters, config.JoinedFilters, JoiningKernel);
        _forward = KerasInit.Lstm(config.JoinedFilters, config.LstmUnits, layers: 1);
        _backward = KerasInit.Lstm(config.JoinedFilters, config.LstmUnits, layers: 1);
        _keys = KerasInit.Linear(states, config.AttentionUnits);
        _query = KerasInit.Linear(states, config.AttentionUnits, hasBias: false);
        _attention = KerasInit.Linear(config.AttentionUnits, 1, hasBias: false);
        _gates = KerasInit.Linear(2 * states, 4 * states);
        using (NewDisposeScope())
        using (no_grad())
            nn.init.ones_(_gates.bias!.narrow(0, 0, states)); // It remembers at first, as the LSTM does.
        _head = new ClassificationHead(states, config.Hidden, config.Dropout, shape.Classes);
        RegisterComponents();
    }

    /// <summary>Scores a batch.</summary>
    /// <param name="channels">[B, D, L], float32 or bfloat16; any L; zero on padding.</param>
    /// <param name="mask">[B, L], bool; true on residues, which stand at the left.</param>
    /// <returns>Logits [B, C], float32.</returns>
    public override Tensor forward(Tensor channels, Tensor mask) => ForwardWithAttention(channels, mask, []);

    /// <inheritdoc/>
    /// <remarks>The attention is the mean over the decoder's steps.</remarks>
    public (Tensor Logits, Tensor Attention) ForwardWithAttention(Tensor channels, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var weights = new List<Tensor>();
        Tensor logits = ForwardWithAttention(channels, mask, weights);
        return (logits.MoveToOuterDisposeScope(), stack(weights).mean([0L]).MoveToOuterDisposeScope()); // [B, C], [B, L]
    }

    /// <inheritdoc/>
    /// <remarks>The attention is the mean over the decoder's steps.</remarks>
    public OnnxScores Export(OnnxGraph graph, OnnxValue channels, OnnxValue mask)
    {
        ArgumentNullException.ThrowIfNull(graph);
        using var scope = NewDisposeScope();
        var (weight, bias) = SideBySide();
        var (left, right) = _padding.Shares;
        var features = graph.Conv(
            graph.Unsqueeze(channels, 2), graph.PositionWeights(weight), graph.Weights(bias), _widest, 1, left, right); // [B, widths x F, 1, L]
        features = OnnxPositions.Of(graph, mask).Zero(graph.Relu(features));
        (left, right) = _joinPadding.Shares;
        features = graph.Relu(graph.Conv(
            features, graph.PositionWeights(_join.weight!), graph.Weights(_join.bias!), JoiningKernel, 1, left, right)); // [B, J, 1, L]
        var lengths = graph.Cast(graph.ReduceSum(mask, [1]), OnnxType.Int32);                // [B]
        var steps = graph.Transpose(graph.Squeeze(features, 2), 2, 0, 1);                    // [L, B, J]
        var states = RecurrentLayers.ExportBothWays(graph, _forward, _backward, _units, steps, lengths); // [B, L, 2 U]
        var (state, attention) = ExportDecoder(graph, states, mask);                         // [B, 2 U], [B, L]
        return new OnnxScores(_head.Export(graph, state), attention);                        // [B, C], [B, L]
    }

    // Adds the weights [B, L] of each of the decoder's steps.
    private Tensor ForwardWithAttention(Tensor channels, Tensor mask, List<Tensor> attention) // [B, D, L], bool [B, L]
    {
        using var scope = NewDisposeScope();
        var positions = new PositionMask(mask);
        var (padded, sides) = _padding.Apply(channels);
        var (weight, bias) = SideBySide();
        var features = F.relu(PositionLayout.Convolve(padded, weight, bias, 1, sides));      // [B, widths x F, L]
        (padded, sides) = _joinPadding.Apply(positions.Zero(features));
        var steps = F.relu(PositionLayout.Convolve(padded, _join, sides: sides)).transpose(1, 2); // [B, L, J]
        var backwards = positions.Backwards();                                               // [B x L]
        var towardsEnd = RecurrentLayers.Run(_forward, 1, _units, steps);                    // [B, L, U]
        var towardsStart = Turn(RecurrentLayers.Run(_backward, 1, _units, Turn(steps, backwards)), backwards); // [B, L, U]
        var state = Decode(cat([towardsEnd, towardsStart], 2), mask.logical_not(), attention); // [B, 2 U]
        attention.ForEach(weights => weights.MoveToOuterDisposeScope());
        return _head.forward(state).MoveToOuterDisposeScope();                               // [B, C]
    }

    // All widths as one convolution: the narrower kernels stand in the middle of the widest, among zeros.
    private (Tensor Weight, Tensor Bias) SideBySide()
    {
        var weights = _convolutions.Select(convolution =>
        {
            long missing = _widest - convolution.weight!.shape[2], left = (_widest - 1) / 2 - (convolution.weight.shape[2] - 1) / 2;
            return F.pad(convolution.weight, (left, missing - left));                        // [F, D, W]
        });
        return (cat([.. weights], 0), cat([.. _convolutions.Select(convolution => convolution.bias!)], 0)); // [widths x F, D, W], [widths x F]
    }

    // Positions of each protein in the order of their numbers.
    private static Tensor Turn(Tensor steps, Tensor numbers) => steps.flatten(0, 1).index_select(0, numbers).view(steps.shape);

    // An LSTM cell that reads, at each step, the mean of the states weighted by how they match its own state so far. In float32 but for keys and mean.
    private Tensor Decode(Tensor states, Tensor padding, List<Tensor> attention)             // [B, L, 2 U], bool [B, L]
    {
        var keys = F.linear(states, _keys.weight!.to_type(states.dtype), _keys.bias!.to_type(states.dtype)); // [B, L, A]
        var scoring = _attention.weight!.to_type(states.dtype);                              // [1, A]
        var state = states.new_zeros([states.shape[0], states.shape[2]], ScalarType.Float32); // [B, 2 U]
        var cell = state;
        for (int i = 0; i < _lookings; i++)
        {
            var query = _query.forward(state).unsqueeze(1).to_type(states.dtype);            // [B, 1, A]
            var logits = F.linear(keys.Plus(query).tanh(), scoring).squeeze(2).to_type(ScalarType.Float32);
            var weights = logits.masked_fill(padding, Numbers.NegativeInfinity).softmax(1);  // [B, L]
            attention.Add(weights);
            var seen = weights.unsqueeze(1).to_type(states.dtype).bmm(states).squeeze(1).to_type(ScalarType.Float32); // [B, 2 U]
            var gates = _gates.forward(cat([seen, state], 1)).chunk(4, 1);                   // four times [B, 2 U]
            cell = (gates[0].sigmoid() * cell).Plus(gates[1].sigmoid() * gates[2].tanh());
            state = gates[3].sigmoid() * cell.tanh();
        }

        return state;
    }

    private (OnnxValue State, OnnxValue Attention) ExportDecoder(OnnxGraph graph, OnnxValue states, OnnxValue mask)
    {
        long width = 2L * _units;
        var residues = graph.Cast(mask, OnnxType.Bool);                                      // [B, L]
        var nothing = graph.Constant(float.NegativeInfinity);
        var keys = graph.Add(graph.MatMul(states, graph.Weights(_keys.weight!.t())), graph.Weights(_keys.bias!)); // [B, L, A]
        var (query, scoring) = (graph.Weights(_query.weight!.t()), graph.Weights(_attention.weight!.t())); // [2 U, A], [A, 1]
        var (gate, gateBias) = (graph.Weights(_gates.weight!), graph.Weights(_gates.bias!)); // [8 U, 4 U], [8 U]
        var state = graph.Expand(graph.Constant<float>(new float[width], [1, width]), graph.Concat(0, graph.SizeOf(mask, 0), graph.Integers(width)));
        var cell = state;
        var attention = new List<OnnxValue>();
        for (int i = 0; i < _lookings; i++)
        {
            var matched = graph.Tanh(graph.Add(keys, graph.Unsqueeze(graph.MatMul(state, query), 1))); // [B, L, A]
            var logits = graph.Squeeze(graph.MatMul(matched, scoring), 2);                   // [B, L]
            attention.Add(graph.Softmax(graph.Where(residues, logits, nothing)));
            var seen = graph.Squeeze(graph.MatMul(graph.Unsqueeze(attention[i], 1), states), 1); // [B, 2 U]
            var gates = graph.Operator("Split", [graph.Linear(graph.Concat(1, seen, state), gate, gateBias)], 4, new OnnxSetting("axis", 1L));
            cell = graph.Add(graph.Mul(graph.Sigmoid(gates[0]), cell), graph.Mul(graph.Sigmoid(gates[1]), graph.Tanh(gates[2])));
            state = graph.Mul(graph.Sigmoid(gates[3]), graph.Tanh(cell));                    // [B, 2 U]
        }

        var mean = graph.Div(attention.Aggregate(graph.Add), graph.Constant((float)_lookings));
        return (state, mean);
    }
}
