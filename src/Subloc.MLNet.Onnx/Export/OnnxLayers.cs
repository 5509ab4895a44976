namespace Subloc.MLNet.Onnx.Export;

/// <summary>Layers of networks in an <see cref="OnnxGraph"/>.</summary>
/// <remarks>Features of positions are images of height one, [B, C, 1, L]: ONNX Runtime has its fast kernels for images only.</remarks>
public static class OnnxLayers
{
    /// <summary>x times the transposed weight, plus the bias.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">[B, D].</param>
    /// <param name="weight">[F, D].</param>
    /// <param name="bias">[F].</param>
    /// <returns>[B, F].</returns>
    public static OnnxValue Linear(this OnnxGraph graph, OnnxValue x, OnnxValue weight, OnnxValue bias) =>
        graph.Operator("Gemm", [x, weight, bias], new OnnxSetting("transB", 1L));

    /// <summary>Convolves positions.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">[B, D, 1, L].</param>
    /// <param name="weight">[F, D, 1, K].</param>
    /// <param name="bias">[F]; null for none.</param>
    /// <param name="kernel">K.</param>
    /// <param name="stride">Step between windows. Default 1.</param>
    /// <param name="left">Zeros before the first position. Default 0.</param>
    /// <param name="right">Zeros behind the last position. Default 0.</param>
    /// <returns>[B, F, 1, windows].</returns>
    public static OnnxValue Conv(
        this OnnxGraph graph, OnnxValue x, OnnxValue weight, OnnxValue? bias, long kernel, long stride = 1, long left = 0, long right = 0) =>
        graph.Operator("Conv", bias is null ? [x, weight] : [x, weight, bias], Window(kernel, stride, left, right));

    /// <summary>The largest value of each window; padding never wins.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">[B, C, 1, L].</param>
    /// <param name="width">Positions of a window.</param>
    /// <param name="stride">Step between windows.</param>
    /// <param name="left">Positions before the first one. Default 0.</param>
    /// <param name="right">Positions behind the last one. Default 0.</param>
    /// <returns>[B, C, 1, windows].</returns>
    public static OnnxValue MaxPool(this OnnxGraph graph, OnnxValue x, long width, long stride, long left = 0, long right = 0) =>
        graph.Operator("MaxPool", [x], Window(width, stride, left, right));

    /// <summary>The mean over all positions, padding included.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">[B, C, 1, L].</param>
    /// <returns>[B, C, 1, 1].</returns>
    public static OnnxValue GlobalAveragePool(this OnnxGraph graph, OnnxValue x) => graph.Operator("GlobalAveragePool", [x]);

    /// <summary>A forward LSTM layer whose states are zero at first.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="steps">[T, B, D].</param>
    /// <param name="weight">[1, 4 H, D], gates in the order input, output, forget, cell.</param>
    /// <param name="recurrence">[1, 4 H, H], in the same order.</param>
    /// <param name="bias">[1, 8 H]: that of the weight, then that of the recurrence.</param>
    /// <param name="hidden">H.</param>
    /// <param name="lengths">Int32 [B], steps of each row, 1 to T; null where all have T.</param>
    /// <returns>All states [T, 1, B, H], zero behind a row's last step; and the last state of each row, [1, B, H].</returns>
    public static (OnnxValue States, OnnxValue Last) Lstm(
        this OnnxGraph graph, OnnxValue steps, OnnxValue weight, OnnxValue recurrence, OnnxValue bias, long hidden, OnnxValue? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        OnnxValue[] inputs = lengths is null ? [steps, weight, recurrence, bias] : [steps, weight, recurrence, bias, lengths];
        var outputs = graph.Operator("LSTM", inputs, 2, new OnnxSetting("hidden_size", hidden));
        return (outputs[0], outputs[1]);
    }

    /// <summary>Normalises over the last axis.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">[..., D].</param>
    /// <param name="scale">[D].</param>
    /// <param name="bias">[D].</param>
    /// <param name="epsilon">Added to the variance. Default 1e-5.</param>
    public static OnnxValue LayerNormalization(this OnnxGraph graph, OnnxValue x, OnnxValue scale, OnnxValue bias, float epsilon = 1e-5f) =>
        graph.Operator("LayerNormalization", [x, scale, bias], new OnnxSetting("epsilon", epsilon));

    private static OnnxSetting[] Window(long width, long stride, long left, long right) =>
    [
        new("kernel_shape", (long[])[1, width]),
        new("strides", (long[])[1, stride]),
        new("pads", (long[])[0, left, 0, right]),
    ];
}
