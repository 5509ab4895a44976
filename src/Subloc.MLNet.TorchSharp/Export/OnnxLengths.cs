using Subloc.MLNet.Onnx.Export;

namespace Subloc.MLNet.TorchSharp.Export;

/// <summary>Lengthens the positions of a batch in an exported network.</summary>
internal static class OnnxLengths
{
    /// <summary>Puts zeros behind an axis that is shorter than a length; a longer one stays as it is.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="dimensions">Its number of dimensions.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="length">The length.</param>
    public static OnnxValue PadTo(this OnnxGraph graph, OnnxValue x, int dimensions, int axis, long length)
    {
        OnnxValue missing = graph.Max(graph.Sub(graph.Integers(length), graph.SizeOf(x, axis)), graph.Integers(0));
        return graph.PadBy(x, dimensions, axis, missing);
    }

    /// <summary>Puts zeros behind an axis.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="dimensions">Its number of dimensions.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="missing">How many, [1].</param>
    public static OnnxValue PadBy(this OnnxGraph graph, OnnxValue x, int dimensions, int axis, OnnxValue missing)
    {
        List<OnnxValue> counts = [graph.Integers(new long[dimensions + axis]), missing];
        if (axis < dimensions - 1)
            counts.Add(graph.Integers(new long[dimensions - 1 - axis]));
        return graph.Pad(x, graph.Concat(0, counts));
    }
}
