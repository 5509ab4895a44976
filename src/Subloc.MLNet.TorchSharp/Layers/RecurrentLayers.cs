using Subloc.MLNet.TorchSharp.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Runs LSTM layers in the type of their input.</summary>
internal static class RecurrentLayers
{
    /// <summary>States of the last layer, from states that are zero at first.</summary>
    /// <param name="lstm">Forward, batch-first layers without dropout, float32.</param>
    /// <param name="layers">How many.</param>
    /// <param name="hidden">Units of each.</param>
    /// <param name="steps">[B, T, D], float32 or bfloat16.</param>
    /// <returns>[B, T, H], of the input's type.</returns>
    internal static Tensor Run(LSTM lstm, long layers, long hidden, Tensor steps)
    {
        using var scope = NewDisposeScope();
        if (steps.dtype == ScalarType.Float32)
            return lstm.forward(steps).Item1.MoveToOuterDisposeScope();

        var zero = steps.new_zeros([layers, steps.shape[0], hidden]);
        Tensor[] weights = [.. lstm.parameters().Select(weight => weight.to_type(steps.dtype))];
        return TorchOperators.Lstm(steps, zero, weights, layers).MoveToOuterDisposeScope();
    }
}
