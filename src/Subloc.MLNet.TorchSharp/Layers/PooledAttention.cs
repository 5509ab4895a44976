using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Native;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Brings weights of positions that stand for several residues each back to the residues.</summary>
internal static class PooledAttention
{
    /// <summary>Shares the weight of each position equally among the residues that it stands for.</summary>
    /// <param name="attention">[B, T], T at least L / stride.</param>
    /// <param name="mask">[B, L], bool; true on residues.</param>
    /// <param name="stride">Residues that a position stands for.</param>
    /// <returns>[B, L]; adds up to what the positions of residues add up to, zero on padding.</returns>
    internal static Tensor OfResidues(Tensor attention, Tensor mask, int stride)
    {
        long length = mask.shape[1], windows = (length + stride - 1) / stride;
        var residues = F.pad(mask.to_type(ScalarType.Float32), (0, windows * stride - length)).view(-1, windows, stride); // [B, L / stride, stride]
        var count = residues.sum(2L, keepdim: true).clamp_min(Numbers.One);                  // [B, L / stride, 1]
        return (residues / count * attention.slice(1, 0, windows, 1).unsqueeze(2)).flatten(1).slice(1, 0, length, 1); // [B, L]
    }

    /// <summary>Adds the same to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="attention">[B, T], T at least L / stride.</param>
    /// <param name="mask">[B, L], float32.</param>
    /// <param name="stride">Residues that a position stands for.</param>
    /// <returns>[B, L].</returns>
    internal static OnnxValue OfResidues(OnnxGraph graph, OnnxValue attention, OnnxValue mask, int stride)
    {
        var length = graph.SizeOf(mask, 1);
        var whole = graph.PadBy(mask, 2, 1, Missing(graph, length, stride));
        var residues = graph.Reshape(whole, 0, -1, stride);                                  // [B, L / stride, stride]
        var count = graph.Max(graph.ReduceSum(residues, [2], keep: true), graph.Constant(1f)); // [B, L / stride, 1]
        var present = graph.Operator("Slice", [attention, graph.Integers(0), graph.SizeOf(residues, 1), graph.Integers(1)]); // [B, L / stride]
        var shares = graph.Reshape(graph.Mul(graph.Div(residues, count), graph.Unsqueeze(present, 2)), 0, -1); // [B, L or more]
        return graph.Operator("Slice", [shares, graph.Integers(0), length, graph.Integers(1)]);
    }

    /// <summary>What a length lacks to be a multiple, [1].</summary>
    internal static OnnxValue Missing(OnnxGraph graph, OnnxValue length, long multiple) =>
        graph.Operator("Mod", [graph.Sub(graph.Integers(0), length), graph.Integers(multiple)]);
}
