using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Native;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Turns queries and keys by angles that grow with their position, so that their products know how far apart they stand.</summary>
/// <remarks>
/// Su et al., RoFormer: enhanced transformer with rotary position embedding, Neurocomputing 568 (2024), 127063. The pairs that turn together
/// are a value of the first half of a head and the same of its second half. The tensors belong to the dispose scope in which this is made.
/// </remarks>
internal sealed class RotaryPositions
{
    private const double Base = 10_000;

    private readonly Tensor _cosines;
    private readonly Tensor _sines;
    private readonly Tensor _opposite;

    /// <summary>Computes the angles.</summary>
    /// <param name="positions">Positions, T.</param>
    /// <param name="width">Values of a head, E; even.</param>
    /// <param name="like">Has the type and device of what will be turned.</param>
    internal RotaryPositions(long positions, long width, Tensor like)
    {
        float[] frequencies = Frequencies(width);
        var cosines = new float[positions * frequencies.Length];
        var sines = new float[cosines.Length];
        for (int i = 0; i < cosines.Length; i++)
            (sines[i], cosines[i]) = MathF.SinCos(i / frequencies.Length * frequencies[i % frequencies.Length]);

        Tensor Table(float[] values) => tensor(values, [positions, 1, frequencies.Length]).to(like.device).to_type(like.dtype);
        _cosines = Table(cosines);                                          // [T, 1, E / 2]
        _sines = Table(sines);                                              // [T, 1, E / 2]
        _opposite = _sines.neg();                                           // [T, 1, E / 2]
    }

    /// <summary>Turns each head.</summary>
    /// <param name="heads">[B, T, H, E].</param>
    internal Tensor Turn(Tensor heads)
    {
        long half = _cosines.shape[2];
        Tensor first = heads.narrow(3, 0, half), second = heads.narrow(3, half, half); // [B, T, H, E / 2]
        return cat(
            [(first * _cosines).addcmul(second, _opposite, Numbers.One), (first * _sines).addcmul(second, _cosines, Numbers.One)], 3);
    }

    /// <summary>Adds the angles' cosines and sines to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="positions">Positions, T, [1].</param>
    /// <param name="width">Values of a head, E; even.</param>
    /// <returns>[T, 1, E / 2] both.</returns>
    internal static (OnnxValue Cosines, OnnxValue Sines) Export(OnnxGraph graph, OnnxValue positions, long width)
    {
        float[] frequencies = Frequencies(width);
        OnnxValue places = graph.Range(graph.Constant<long>([0], []), graph.Squeeze(positions, 0), graph.Constant<long>([1], [])); // [T]
        OnnxValue angles = graph.Mul(
            graph.Unsqueeze(graph.Cast(places, OnnxType.Float), 1, 2), graph.Constant<float>(frequencies, [frequencies.Length])); // [T, 1, E / 2]
        return (graph.Cos(angles), graph.Sin(angles));
    }

    /// <summary>Turns each head in a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="heads">[B, T, H, E].</param>
    /// <param name="angles">What <see cref="Export(OnnxGraph, OnnxValue, long)"/> gave.</param>
    internal static OnnxValue Export(OnnxGraph graph, OnnxValue heads, (OnnxValue Cosines, OnnxValue Sines) angles)
    {
        var halves = graph.Operator("Split", [heads], 2, new OnnxSetting("axis", 3L));
        return graph.Concat(
            3,
            graph.Sub(graph.Mul(halves[0], angles.Cosines), graph.Mul(halves[1], angles.Sines)),
            graph.Add(graph.Mul(halves[0], angles.Sines), graph.Mul(halves[1], angles.Cosines)));
    }

    /// <summary>Turns each head in a graph for ONNX Runtime.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="states">[B, T, H x E].</param>
    /// <param name="angles">What <see cref="Export(OnnxGraph, OnnxValue, long)"/> gave.</param>
    internal static OnnxValue ExportToRuntime(OnnxGraph graph, OnnxValue states, (OnnxValue Cosines, OnnxValue Sines) angles) => graph.RuntimeOperator(
        "RotaryEmbedding", [states, graph.Integers(0), graph.Squeeze(angles.Cosines, 1), graph.Squeeze(angles.Sines, 1)]);

    private static float[] Frequencies(long width) =>
        [.. Enumerable.Range(0, (int)(width / 2)).Select(i => (float)Math.Pow(Base, -2.0 * i / width))];
}
