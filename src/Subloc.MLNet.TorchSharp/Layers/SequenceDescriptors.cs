using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Native;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Numbers that describe a whole protein: what it is made of, overall and near its ends, and how properties of its residues go along it.</summary>
/// <remarks>
/// <para>For each protein, in this order:</para>
/// <list type="bullet">
/// <item>shares of the residues among all, in the middle third, among the first 8, 15, 25, 40 and 70, among the last 4, 10, 20 and 50;</item>
/// <item>for each of <see cref="ResidueScales"/>, averaged over windows of 7, 15 and 31 residues: greatest, least and spread along the protein,
/// greatest and least among the first 40 and among the last 40 places;</item>
/// <item>for hydropathy in these windows: at which share of the places it is above 1.2, 1.6 and 2.0, and in how many stretches; a logistic function
/// of width 0.1 takes the place of the step, so that explanations find a slope;</item>
/// <item>logarithm of the length;</item>
/// <item>how often patterns of residues stand in it (<see cref="SequenceMotifs"/>).</item>
/// </list>
/// <para>They are brought to mean 0 and standard deviation 1 over the training proteins, and limited to 4 either way.</para>
/// </remarks>
internal sealed class SequenceDescriptors : nn.Module<Tensor, Tensor, Tensor>
{
    private const int EndLength = 40;
    private const int Statistics = 7;
    private const float Small = 1e-6f;

    private static readonly (int From, int To)[] _firstParts = [(0, 8), (0, 15), (0, 25), (0, 40), (0, 70)];
    private static readonly (int From, int To)[] _lastParts = [(0, 4), (0, 10), (0, 20), (0, 50)];
    private static readonly int[] _widths = [7, 15, 31];
    private static readonly float[] _levels = [12, 16, 20];

    [ComponentName(Name = "standardization")]
    private readonly Standardization _standardization;

    /// <summary>Creates the layer.</summary>
    internal SequenceDescriptors()
        : base(nameof(SequenceDescriptors))
    {
        _standardization = new Standardization(Count);
        RegisterComponents();
    }

    /// <summary>How many there are, F.</summary>
    internal static int Count { get; } = ((2 + _firstParts.Length + _lastParts.Length) * Alphabet.ResidueCount)
        + (_widths.Length * ((Statistics * ResidueScales.Count) + (2 * _levels.Length))) + 1 + SequenceMotifs.Count;

    /// <summary>Describes each protein of a batch.</summary>
    /// <param name="residues">One-hot channels [B, 20, L], float32 or bfloat16; zero on padding.</param>
    /// <param name="mask">[B, L], bool; true on residues, which stand at the left.</param>
    /// <returns>[B, F], float32.</returns>
    public override Tensor forward(Tensor residues, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var numbers = Describe(residues.to_type(ScalarType.Float32), mask.to_type(ScalarType.Float32)); // [B, F]
        return _standardization.forward(numbers).MoveToOuterDisposeScope();
    }

    /// <summary>The descriptors as they are.</summary>
    /// <param name="residues">One-hot channels [B, 20, L], float32; zero on padding.</param>
    /// <param name="inside">[B, L], float32; 1 on residues.</param>
    /// <returns>[B, F].</returns>
    internal static Tensor Describe(Tensor residues, Tensor inside)
    {
        var count = inside.sum(1L, keepdim: true);                               // [B, 1]
        var before = inside.cumsum(1L) - inside;                                 // [B, L]
        var behind = count - before - inside;                                    // [B, L]
        var third = count / Numbers.Of(3.0);
        var middle = before.ge(third).logical_and(behind.ge(third)).to_type(ScalarType.Float32) * inside;
        var rows = residues.transpose(1, 2);                                     // [B, L, 20]
        var windows = cat([stack([inside, middle], 1), Windows(before, inside, _firstParts), Windows(behind, inside, _lastParts)], 1);
        var shares = windows.matmul(rows) / windows.sum(-1L, keepdim: true).clamp_min(Numbers.One); // [B, K, 20]
        var pieces = new List<Tensor> { shares.flatten(1) };

        using var table = tensor(ResidueScales.Table, [ResidueScales.Count, Alphabet.ResidueCount], device: residues.device);
        var scales = table.matmul(residues);                                     // [B, S, L]
        var weights = cat([scales, inside.unsqueeze(1)], 1).cumsum(2);           // [B, S + 1, L]
        var padding = inside.logical_not().unsqueeze(1);                         // [B, 1, L]
        var places = arange(EndLength, device: residues.device).unsqueeze(0).to_type(ScalarType.Float32); // [1, 40]
        var last = (count - Numbers.One).minimum(places);                        // [B, 40]
        var ends = cat([last, count - Numbers.One - last], 1).to_type(ScalarType.Int64); // [B, 80]: from the first on, from the last back
        foreach (int width in _widths)
        {
            var sums = Sums(weights, width / 2);                                 // [B, S + 1, L]
            var filled = sums.slice(1, ResidueScales.Count, ResidueScales.Count + 1, 1).clamp_min(Numbers.One);
            var means = sums.slice(1, 0, ResidueScales.Count, 1) / filled * inside.unsqueeze(1); // [B, S, L]
            var average = means.sum(-1L) / count;                                // [B, S]
            var spread = ((means - average.unsqueeze(2)) * inside.unsqueeze(1)).square().sum(-1L) / count;
            var anywhere = means.where(padding.logical_not(), means.slice(2, 0, 1, 1)); // a place of the protein stands for padding
            var near = means.gather(2, ends.unsqueeze(1).expand(-1, ResidueScales.Count, -1)).view(means.shape[0], ResidueScales.Count, 2, EndLength);
            pieces.AddRange(
                anywhere.amax([2]), anywhere.amin([2]), spread.maximum(Numbers.Of((double)Small)).sqrt(), near.amax([3]).flatten(1), near.amin([3]).flatten(1));
            using var levels = tensor(_levels, [1, _levels.Length, 1], device: residues.device);
            var above = (means.slice(1, 0, 1, 1) - levels).sigmoid() * inside.unsqueeze(1); // [B, 3, L]
            var starts = above - above * Earlier(above);
            pieces.AddRange(above.sum(-1L) / count, starts.sum(-1L));
        }

        pieces.AddRange(count.log(), SequenceMotifs.Describe(residues, inside));
        return cat([.. pieces], 1);
    }

    /// <summary>Adds the descriptors to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="residues">One-hot channels [B, 20, L]; zero on padding.</param>
    /// <param name="mask">[B, L], float32.</param>
    /// <returns>[B, F].</returns>
    internal OnnxValue Export(OnnxGraph graph, OnnxValue residues, OnnxValue mask) => _standardization.Export(graph, Describe(graph, residues, mask));

    private static OnnxValue Describe(OnnxGraph graph, OnnxValue residues, OnnxValue inside)
    {
        OnnxValue zero = graph.Constant(0f), one = graph.Constant(1f);
        var count = graph.ReduceSum(inside, [1], keep: true);                    // [B, 1]
        var before = graph.Unsqueeze(graph.Range(zero, graph.Squeeze(graph.Cast(graph.SizeOf(inside, 1), OnnxType.Float), 0), one), 0); // [1, L]
        var behind = graph.Sub(graph.Sub(count, before), one);                   // [B, L]
        var third = graph.Div(count, graph.Constant(3f));
        var residue = graph.Unsqueeze(inside, 1);                                // [B, 1, L]
        var middle = graph.Unsqueeze(graph.Cast(graph.And(AtLeast(graph, before, third), AtLeast(graph, behind, third)), OnnxType.Float), 1);
        var first = Windows(graph, before, residue, _firstParts);
        var windows = graph.Concat(1, residue, graph.Mul(middle, residue), first, Windows(graph, behind, residue, _lastParts)); // [B, K, L]
        var rows = graph.Transpose(residues, 0, 2, 1);                           // [B, L, 20]
        var shares = graph.Div(graph.MatMul(windows, rows), graph.Max(graph.ReduceSum(windows, [2], keep: true), one)); // [B, K, 20]
        var pieces = new List<OnnxValue> { graph.Flatten(shares) };

        var table = graph.Constant<float>(ResidueScales.Table, [ResidueScales.Count, Alphabet.ResidueCount]);
        var scales = graph.MatMul(table, residues);                              // [B, S, L]
        var weights = graph.Operator("CumSum", [graph.Concat(1, scales, residue), graph.Squeeze(graph.Integers(2), 0)]); // [B, S + 1, L]
        var places = graph.Constant<float>([.. Enumerable.Range(0, EndLength)], [1, EndLength]);
        var final = graph.Sub(count, one);
        var last = graph.Min(final, places);                                     // [B, 40]
        var ends = graph.Concat(1, last, graph.Sub(final, last));                // [B, 80]
        var chosen = graph.Cast(graph.Equal(graph.Unsqueeze(before, 2), graph.Unsqueeze(ends, 1)), OnnxType.Float); // [B, L, 80]
        var isResidue = graph.Cast(residue, OnnxType.Bool);
        foreach (int width in _widths)
        {
            var sums = Sums(graph, weights, width / 2);                          // [B, S + 1, L]
            var filled = graph.Max(graph.Slice(sums, 1, ResidueScales.Count), one);
            var means = graph.Mul(graph.Div(graph.Slice(sums, 1, 0, ResidueScales.Count), filled), residue); // [B, S, L]
            var average = graph.Div(graph.ReduceSum(means, [2]), count);         // [B, S]
            var deviations = graph.Mul(graph.Sub(means, graph.Unsqueeze(average, 2)), residue);
            var spread = graph.Div(graph.ReduceSum(graph.Mul(deviations, deviations), [2]), count);
            var anywhere = graph.Where(isResidue, means, graph.Slice(means, 2, 0, 1));
            var near = graph.Reshape(graph.MatMul(means, chosen), 0, ResidueScales.Count, 2, EndLength); // [B, S, 2, 40]
            pieces.AddRange([
                graph.ReduceMax(anywhere, [2]), Least(graph, anywhere, 2), graph.Sqrt(graph.Max(spread, graph.Constant(Small))),
                graph.Flatten(graph.ReduceMax(near, [3])), graph.Flatten(Least(graph, near, 3))]);
            var levels = graph.Constant<float>(_levels, [1, _levels.Length, 1]);
            var above = graph.Mul(graph.Sigmoid(graph.Sub(graph.Slice(means, 1, 0, 1), levels)), residue); // [B, 3, L]
            var starts = graph.Sub(above, graph.Mul(above, Earlier(graph, above)));
            pieces.AddRange([graph.Div(graph.ReduceSum(above, [2]), count), graph.ReduceSum(starts, [2])]);
        }

        pieces.AddRange([graph.Operator("Log", [count]), SequenceMotifs.Describe(graph, residues, inside)]);
        return graph.Concat(1, [.. pieces]);
    }

    private static OnnxValue AtLeast(OnnxGraph graph, OnnxValue value, OnnxValue bound) => graph.Not(graph.Less(value, bound));

    private static OnnxValue Least(OnnxGraph graph, OnnxValue values, long axis) => graph.Neg(graph.ReduceMax(graph.Neg(values), [axis]));

    private static OnnxValue Windows(OnnxGraph graph, OnnxValue distance, OnnxValue residue, (int From, int To)[] windows)
    {
        var from = graph.Constant<float>(Array.ConvertAll(windows, w => (float)w.From), [windows.Length, 1]);
        var to = graph.Constant<float>(Array.ConvertAll(windows, w => (float)w.To), [windows.Length, 1]);
        var places = graph.Unsqueeze(distance, 1);
        return graph.Mul(graph.Cast(graph.And(AtLeast(graph, places, from), graph.Less(places, to)), OnnxType.Float), residue);
    }

    private static OnnxValue Sums(OnnxGraph graph, OnnxValue running, int half)
    {
        var behind = graph.Operator("Pad", [running, graph.Integers(0, 0, 0, 0, 0, half)], new OnnxSetting("mode", "edge"));
        var before = graph.Pad(running, graph.Integers(0, 0, half + 1, 0, 0, 0));
        return graph.Sub(graph.Slice(behind, 2, half), graph.Slice(before, 2, 0, -(half + 1)));
    }

    private static OnnxValue Earlier(OnnxGraph graph, OnnxValue values) => graph.Slice(graph.Pad(values, graph.Integers(0, 0, 1, 0, 0, 0)), 2, 0, -1);

    // Which positions are in each window of distances: [B, K, L].
    private static Tensor Windows(Tensor distance, Tensor inside, (int From, int To)[] windows)
    {
        using var from = tensor(Array.ConvertAll(windows, w => (float)w.From), [windows.Length, 1], device: distance.device);
        using var to = tensor(Array.ConvertAll(windows, w => (float)w.To), [windows.Length, 1], device: distance.device);
        var places = distance.unsqueeze(1);
        return places.ge(from).logical_and(places.lt(to)).to_type(ScalarType.Float32) * inside.unsqueeze(1);
    }

    // Sums over the positions from i - half to i + half, of running sums.
    private static Tensor Sums(Tensor running, int half)
    {
        long length = running.shape[2];
        var until = cat([running, running.slice(2, length - 1, length, 1).expand(-1, -1, half)], 2).slice(2, half, half + length, 1);
        return until - F.pad(running, [half + 1, 0]).slice(2, 0, length, 1);
    }

    // Each position holds the value of the one before, the first zero.
    private static Tensor Earlier(Tensor values) => F.pad(values, [1, 0]).slice(2, 0, values.shape[2], 1);
}
