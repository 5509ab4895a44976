using System.Runtime.InteropServices;
using Subloc.MLNet.Onnx.Export;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Export;

/// <summary>Brings the weights of TorchSharp's layers into an <see cref="OnnxGraph"/>.</summary>
public static class OnnxWeights
{
    /// <summary>A tensor's present values as a constant of the same shape.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="weight">Any shape, type and device; stored as float32.</param>
    public static OnnxValue Weights(this OnnxGraph graph, Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(weight);
        using var scope = NewDisposeScope();
        Tensor values = weight.detach().cpu().to_type(ScalarType.Float32).contiguous();
        return graph.Constant<float>(MemoryMarshal.Cast<byte, float>(values.bytes), values.shape);
    }

    /// <summary>Weights of a convolution over positions, for <see cref="OnnxLayers.Conv"/>.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="weight">[F, D, K].</param>
    /// <returns>[F, D, 1, K].</returns>
    public static OnnxValue PositionWeights(this OnnxGraph graph, Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        using var scope = NewDisposeScope();
        return graph.Weights(weight.detach().unsqueeze(2));
    }

    /// <summary>A convolution without padding, ReLU and a pooling of two.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="features">[B, D, 1, L].</param>
    /// <param name="convolution">Weights [F, D, K] and bias [F].</param>
    /// <returns>[B, F, 1, (L - K + 1) / 2].</returns>
    internal static OnnxValue PooledConvolution(this OnnxGraph graph, OnnxValue features, Conv1d convolution)
    {
        long kernel = convolution.weight!.shape[2];
        OnnxValue found = graph.Conv(features, graph.PositionWeights(convolution.weight), graph.Weights(convolution.bias!), kernel);
        return graph.MaxPool(graph.Relu(found), 2, 2);
    }
}
