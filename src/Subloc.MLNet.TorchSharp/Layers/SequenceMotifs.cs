using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Export;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>How often each of <see cref="MotifPatterns"/> stands in a protein: the logarithm of one more than the count.</summary>
/// <remarks>
/// A pattern is a convolution whose weights are 1 where a residue fits its place, so that it counts the places that fit. The count of all of them is
/// a match; one less is none; between them, for residues that are not wholly one or another, the match grows evenly, so that explanations find a
/// slope.
/// </remarks>
internal static class SequenceMotifs
{
    // Patterns of similar width share a convolution.
    private static readonly int[] _widths = [4, 8, 12, 32];

    private static readonly Group[] _anywhere = [.. _widths.Select((width, i) => new Group(
        MotifPatterns.All.Where(pattern => pattern.End == PatternEnd.Neither && pattern.Width <= width && (i == 0 || pattern.Width > _widths[i - 1])), null))];

    private static readonly Group _first = new(MotifPatterns.All.Where(pattern => pattern.End == PatternEnd.First), PatternEnd.First);
    private static readonly Group _last = new(MotifPatterns.All.Where(pattern => pattern.End == PatternEnd.Last), PatternEnd.Last);

    /// <summary>How many there are.</summary>
    internal static int Count => MotifPatterns.All.Count;

    /// <summary>Patterns in the order of the counts.</summary>
    internal static IReadOnlyList<ResiduePattern> Patterns { get; } = [.. _anywhere.SelectMany(group => group.Patterns), .. _first.Patterns, .. _last.Patterns];

    /// <summary>Counts the patterns in each protein of a batch.</summary>
    /// <param name="residues">One-hot channels [B, 20, L]; zero on padding.</param>
    /// <param name="inside">[B, L], float32; 1 on residues.</param>
    /// <returns>[B, <see cref="Count"/>], float32.</returns>
    internal static Tensor Describe(Tensor residues, Tensor inside)
    {
        using var scope = NewDisposeScope();
        var counts = new List<Tensor>();
        foreach (Group group in _anywhere)
        {
            using var kernel = tensor(group.Kernel, [group.Patterns.Count, Alphabet.ResidueCount, group.Width], residues.dtype, residues.device);
            using var missing = tensor(group.Spare, [group.Patterns.Count], residues.dtype, residues.device);
            var fits = PositionLayout.Convolve(PositionLayout.Pad(residues, 0, group.Width - 1), kernel, missing, 1, 0); // [B, M, L]
            counts.Add(F.relu(fits).sum(-1L, type: ScalarType.Float32));         // [B, M]
        }

        var places = arange(_last.Width, device: residues.device).to_type(ScalarType.Float32); // [W], from the last on back
        var distance = inside.sum(1L, keepdim: true) - inside.cumsum(1L);        // [B, L]
        var chosen = distance.unsqueeze(2).eq(places).to_type(residues.dtype) * inside.unsqueeze(2).to_type(residues.dtype); // [B, L, W]
        var head = F.pad(residues.slice(2, 0, _first.Width, 1), [0, Math.Max(0, _first.Width - residues.shape[2])]);
        foreach ((Group group, Tensor end) in new[] { (_first, head), (_last, residues.matmul(chosen)) }) // [B, 20, W]
        {
            using var kernel = tensor(group.Kernel, [group.Patterns.Count, Alphabet.ResidueCount * group.Width], device: residues.device);
            using var missing = tensor(group.Spare, [group.Patterns.Count], device: residues.device);
            counts.Add(F.relu(F.linear(end.flatten(1).to_type(ScalarType.Float32), kernel, missing))); // [B, M]
        }

        return cat([.. counts], 1).log1p().MoveToOuterDisposeScope();
    }

    /// <summary>Adds the counts to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="residues">One-hot channels [B, 20, L]; zero on padding.</param>
    /// <param name="inside">[B, L], float32; 1 on residues.</param>
    /// <returns>[B, <see cref="Count"/>].</returns>
    internal static OnnxValue Describe(OnnxGraph graph, OnnxValue residues, OnnxValue inside)
    {
        using var scope = NewDisposeScope();
        var counts = new List<OnnxValue>();
        var line = graph.Unsqueeze(residues, 2);                                 // [B, 20, 1, L]
        foreach (Group group in _anywhere)
        {
            var kernel = graph.PositionWeights(tensor(group.Kernel, [group.Patterns.Count, Alphabet.ResidueCount, group.Width]));
            var missing = graph.Constant<float>(group.Spare, [group.Patterns.Count]);
            counts.Add(graph.ReduceSum(graph.Relu(graph.Conv(line, kernel, missing, group.Width, 1, 0, group.Width - 1)), [2, 3])); // [B, M]
        }

        var places = graph.Constant<float>([.. Enumerable.Range(0, _last.Width)], [_last.Width]);
        var number = graph.Operator("CumSum", [inside, graph.Squeeze(graph.Integers(1), 0)]); // [B, L]
        var distance = graph.Sub(graph.ReduceSum(inside, [1], keep: true), number);
        var chosen = graph.Mul(graph.Cast(graph.Equal(graph.Unsqueeze(distance, 2), places), OnnxType.Float), graph.Unsqueeze(inside, 2)); // [B, L, W]
        var head = graph.Slice(graph.Pad(residues, graph.Integers(0, 0, 0, 0, 0, _first.Width)), 2, 0, _first.Width);
        foreach ((Group group, OnnxValue end) in new[] { (_first, head), (_last, graph.MatMul(residues, chosen)) }) // [B, 20, W]
        {
            var kernel = graph.Weights(tensor(group.Kernel, [group.Patterns.Count, Alphabet.ResidueCount * group.Width]));
            counts.Add(graph.Relu(graph.Linear(graph.Flatten(end), kernel, graph.Constant<float>(group.Spare, [group.Patterns.Count])))); // [B, M]
        }

        return graph.Operator("Log", [graph.Add(graph.Concat(1, [.. counts]), graph.Constant(1f))]);
    }

    // Patterns, their kernels [M, 20, W], and what a count of fitting places must exceed, negative: one less than all.
    private sealed class Group
    {
        public Group(IEnumerable<ResiduePattern> patterns, PatternEnd? end)
        {
            Patterns = [.. patterns];
            Width = Patterns.Max(pattern => pattern.Width);
            Spare = [.. Patterns.Select(pattern => 1f - pattern.Demands)];
            Kernel = new float[Patterns.Count * Alphabet.ResidueCount * Width];
            for (int i = 0; i < Patterns.Count; i++)
            {
                Span<float> own = Kernel.AsSpan(i * Alphabet.ResidueCount * Width, Alphabet.ResidueCount * Width);
                if (end == PatternEnd.Last)
                    Patterns[i].FillBackwards(Width, own);
                else
                    Patterns[i].Fill(Width, own);
            }
        }

        public IReadOnlyList<ResiduePattern> Patterns { get; }

        public int Width { get; }

        public float[] Kernel { get; }

        public float[] Spare { get; }
    }
}
