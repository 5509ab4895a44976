using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
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
        bool isFloat = steps.dtype == ScalarType.Float32;
        if (isFloat && ConvolutionCheck.IsRightOn(steps.device))
            return lstm.forward(steps).Item1.MoveToOuterDisposeScope();

        // Where libtorch's convolutions in float32 are wrong, so are its LSTMs.
        ScalarType type = isFloat ? ScalarType.Float64 : steps.dtype;
        var zero = steps.new_zeros([layers, steps.shape[0], hidden], type);
        Tensor[] weights = [.. lstm.parameters().Select(weight => weight.to_type(type))];
        return TorchOperators.Lstm(steps.to_type(type), zero, weights, layers).to_type(steps.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the layers to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="lstm">Forward layers without dropout.</param>
    /// <param name="layers">How many.</param>
    /// <param name="hidden">Units of each.</param>
    /// <param name="steps">[T, B, D].</param>
    /// <param name="lengths">Int32 [B], steps of each row; null where all have T.</param>
    /// <returns>The state of the last layer behind each row's last step, [B, H].</returns>
    internal static OnnxValue Export(OnnxGraph graph, LSTM lstm, long layers, long hidden, OnnxValue steps, OnnxValue? lengths)
    {
        using var scope = NewDisposeScope();
        var weights = lstm.named_parameters().ToDictionary(weight => weight.name, weight => weight.parameter.detach());
        OnnxValue last = steps;
        for (int i = 0; i < layers; i++)
        {
            OnnxValue Gates(params Tensor[] parts) => graph.Weights(InOnnxOrder(parts));
            OnnxValue weight = Gates(weights[$"weight_ih_l{i}"]);                   // [1, 4 H, D]
            OnnxValue recurrence = Gates(weights[$"weight_hh_l{i}"]);               // [1, 4 H, H]
            OnnxValue bias = Gates(weights[$"bias_ih_l{i}"], weights[$"bias_hh_l{i}"]); // [1, 8 H]
            (OnnxValue states, last) = graph.Lstm(steps, weight, recurrence, bias, hidden, lengths); // [T, 1, B, H], [1, B, H]
            if (i < layers - 1)
                steps = graph.Squeeze(states, 1);                                   // [T, B, H]
        }

        return graph.Squeeze(last, 0);
    }

    /// <summary>Adds two layers that read the steps from either end to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="forward">Reads from the first step on.</param>
    /// <param name="backward">Reads from each row's last step on.</param>
    /// <param name="hidden">Units of each.</param>
    /// <param name="steps">[T, B, D].</param>
    /// <param name="lengths">Int32 [B], steps of each row.</param>
    /// <returns>States of both side by side, [B, T, 2 H], zero behind a row's last step.</returns>
    internal static OnnxValue ExportBothWays(OnnxGraph graph, LSTM forward, LSTM backward, long hidden, OnnxValue steps, OnnxValue lengths)
    {
        using var scope = NewDisposeScope();
        LSTM[] both = [forward, backward];
        var weights = both.Select(lstm => lstm.named_parameters().ToDictionary(weight => weight.name, weight => weight.parameter.detach())).ToArray();
        OnnxValue Gates(params string[] names) =>
            graph.Weights(cat([.. weights.Select(weight => InOnnxOrder([.. names.Select(name => weight[name])]))], 0));
        OnnxValue weight = Gates("weight_ih_l0");                                   // [2, 4 H, D]
        OnnxValue recurrence = Gates("weight_hh_l0");                               // [2, 4 H, H]
        OnnxValue bias = Gates("bias_ih_l0", "bias_hh_l0");                         // [2, 8 H]
        OnnxValue states = graph.Operator(
            "LSTM", [steps, weight, recurrence, bias, lengths], new OnnxSetting("hidden_size", hidden), new OnnxSetting("direction", "bidirectional"));
        return graph.Reshape(graph.Transpose(states, 2, 0, 1, 3), 0, 0, 2 * hidden); // [T, 2, B, H] to [B, T, 2 H]
    }

    // Parts one after the other, [1, ...], each with its gates in the order of ONNX.
    private static Tensor InOnnxOrder(Tensor[] parts) => cat([.. parts.SelectMany(Reorder)]).unsqueeze(0);

    // The gates input, forget, cell, output in the order of ONNX: input, output, forget, cell.
    private static Tensor[] Reorder(Tensor gates) => gates.chunk(4) is [var input, var forget, var cell, var output]
        ? [input, output, forget, cell]
        : throw new InvalidOperationException("An LSTM has four gates.");
}
