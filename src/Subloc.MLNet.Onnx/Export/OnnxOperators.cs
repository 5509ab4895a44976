namespace Subloc.MLNet.Onnx.Export;

/// <summary>Arithmetic, comparison, reduction and reshaping in an <see cref="OnnxGraph"/>.</summary>
/// <remarks>Operators of two tensors repeat dimensions of size 1 as NumPy does. Negative axes count from the last one.</remarks>
public static class OnnxOperators
{
    /// <summary>a + b.</summary>
    public static OnnxValue Add(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Operator("Add", [a, b]);

    /// <summary>a - b.</summary>
    public static OnnxValue Sub(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Operator("Sub", [a, b]);

    /// <summary>a times b, element by element.</summary>
    public static OnnxValue Mul(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Operator("Mul", [a, b]);

    /// <summary>a / b; whole numbers are cut towards zero.</summary>
    public static OnnxValue Div(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Operator("Div", [a, b]);

    /// <summary>a to the power of b.</summary>
    public static OnnxValue Pow(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Operator("Pow", [a, b]);

    /// <summary>The larger of a and b.</summary>
    public static OnnxValue Max(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Operator("Max", [a, b]);

    /// <summary>The smaller of a and b.</summary>
    public static OnnxValue Min(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Operator("Min", [a, b]);

    /// <summary>The matrix product over the last two dimensions.</summary>
    public static OnnxValue MatMul(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Operator("MatMul", [a, b]);

    /// <summary>Whether a equals b.</summary>
    public static OnnxValue Equal(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Operator("Equal", [a, b]);

    /// <summary>Whether a is less than b.</summary>
    public static OnnxValue Less(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Operator("Less", [a, b]);

    /// <summary>Whether a is greater than b.</summary>
    public static OnnxValue Greater(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Operator("Greater", [a, b]);

    /// <summary>Whether both are true.</summary>
    public static OnnxValue And(this OnnxGraph graph, OnnxValue a, OnnxValue b) => graph.Operator("And", [a, b]);

    /// <summary>Whether it is false.</summary>
    public static OnnxValue Not(this OnnxGraph graph, OnnxValue x) => graph.Operator("Not", [x]);

    /// <summary>a where the condition is true, b elsewhere.</summary>
    public static OnnxValue Where(this OnnxGraph graph, OnnxValue condition, OnnxValue a, OnnxValue b) => graph.Operator("Where", [condition, a, b]);

    /// <summary>-x.</summary>
    public static OnnxValue Neg(this OnnxGraph graph, OnnxValue x) => graph.Operator("Neg", [x]);

    /// <summary>The square root.</summary>
    public static OnnxValue Sqrt(this OnnxGraph graph, OnnxValue x) => graph.Operator("Sqrt", [x]);

    /// <summary>e to the power of x.</summary>
    public static OnnxValue Exp(this OnnxGraph graph, OnnxValue x) => graph.Operator("Exp", [x]);

    /// <summary>The error function.</summary>
    public static OnnxValue Erf(this OnnxGraph graph, OnnxValue x) => graph.Operator("Erf", [x]);

    /// <summary>The sine.</summary>
    public static OnnxValue Sin(this OnnxGraph graph, OnnxValue x) => graph.Operator("Sin", [x]);

    /// <summary>The cosine.</summary>
    public static OnnxValue Cos(this OnnxGraph graph, OnnxValue x) => graph.Operator("Cos", [x]);

    /// <summary>The hyperbolic tangent.</summary>
    public static OnnxValue Tanh(this OnnxGraph graph, OnnxValue x) => graph.Operator("Tanh", [x]);

    /// <summary>1 / (1 + e^-x).</summary>
    public static OnnxValue Sigmoid(this OnnxGraph graph, OnnxValue x) => graph.Operator("Sigmoid", [x]);

    /// <summary>x, or 0 where that is larger.</summary>
    public static OnnxValue Relu(this OnnxGraph graph, OnnxValue x) => graph.Operator("Relu", [x]);

    /// <summary>Shares that add up to 1 along an axis.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">Logits.</param>
    /// <param name="axis">The axis. Default the last one.</param>
    public static OnnxValue Softmax(this OnnxGraph graph, OnnxValue x, long axis = -1) =>
        graph.Operator("Softmax", [x], new OnnxSetting("axis", axis));

    /// <summary>The same numbers in another type.</summary>
    public static OnnxValue Cast(this OnnxGraph graph, OnnxValue x, OnnxType type) =>
        graph.Operator("Cast", [x], new OnnxSetting("to", (long)type));

    /// <summary>The sum over axes.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">Axes to add up.</param>
    /// <param name="keep">Whether they remain, with size 1. Default false.</param>
    public static OnnxValue ReduceSum(this OnnxGraph graph, OnnxValue x, ReadOnlySpan<long> axes, bool keep = false)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Operator("ReduceSum", [x, graph.Integers(axes)], new OnnxSetting("keepdims", keep ? 1L : 0));
    }

    /// <summary>The mean over axes.</summary>
    /// <inheritdoc cref="ReduceSum"/>
    public static OnnxValue ReduceMean(this OnnxGraph graph, OnnxValue x, ReadOnlySpan<long> axes, bool keep = false) =>
        graph.Operator("ReduceMean", [x], new OnnxSetting("axes", axes.ToArray()), new OnnxSetting("keepdims", keep ? 1L : 0));

    /// <summary>The largest value over axes.</summary>
    /// <inheritdoc cref="ReduceSum"/>
    public static OnnxValue ReduceMax(this OnnxGraph graph, OnnxValue x, ReadOnlySpan<long> axes, bool keep = false) =>
        graph.Operator("ReduceMax", [x], new OnnxSetting("axes", axes.ToArray()), new OnnxSetting("keepdims", keep ? 1L : 0));

    /// <summary>The same values with the axes in another order.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="order">For each new axis, the old one.</param>
    public static OnnxValue Transpose(this OnnxGraph graph, OnnxValue x, params ReadOnlySpan<long> order) =>
        graph.Operator("Transpose", [x], new OnnxSetting("perm", order.ToArray()));

    /// <summary>The same values in another shape.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="shape">Sizes: 0 keeps the one at that place, one -1 takes what is left.</param>
    public static OnnxValue Reshape(this OnnxGraph graph, OnnxValue x, params ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Operator("Reshape", [x, graph.Integers(shape)]);
    }

    /// <summary>One matrix: the axes from <paramref name="axis"/> on in one.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">First axis of the second dimension. Default 1.</param>
    public static OnnxValue Flatten(this OnnxGraph graph, OnnxValue x, long axis = 1) =>
        graph.Operator("Flatten", [x], new OnnxSetting("axis", axis));

    /// <summary>More axes of size 1.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">Their places in the result.</param>
    public static OnnxValue Unsqueeze(this OnnxGraph graph, OnnxValue x, params ReadOnlySpan<long> axes)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Operator("Unsqueeze", [x, graph.Integers(axes)]);
    }

    /// <summary>Without axes of size 1.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">Which ones.</param>
    public static OnnxValue Squeeze(this OnnxGraph graph, OnnxValue x, params ReadOnlySpan<long> axes)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Operator("Squeeze", [x, graph.Integers(axes)]);
    }

    /// <summary>Tensors one after the other along an axis.</summary>
    public static OnnxValue Concat(this OnnxGraph graph, long axis, params IReadOnlyList<OnnxValue> parts) =>
        graph.Operator("Concat", parts, new OnnxSetting("axis", axis));

    /// <summary>Rows of a table by number.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="table">The table.</param>
    /// <param name="indices">Numbers, Int32 or Int64, of any shape, which takes the place of the axis.</param>
    /// <param name="axis">The axis that is looked up. Default 0.</param>
    public static OnnxValue Gather(this OnnxGraph graph, OnnxValue table, OnnxValue indices, long axis = 0) =>
        graph.Operator("Gather", [table, indices], new OnnxSetting("axis", axis));

    /// <summary>One value of an axis for each number: the shape of the result is that of the numbers.</summary>
    /// <inheritdoc cref="Gather"/>
    public static OnnxValue GatherElements(this OnnxGraph graph, OnnxValue table, OnnxValue indices, long axis) =>
        graph.Operator("GatherElements", [table, indices], new OnnxSetting("axis", axis));

    /// <summary>Part of one axis.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="start">First place.</param>
    /// <param name="end">Place behind the last one. Default the end.</param>
    /// <param name="step">Step between places. Default 1.</param>
    public static OnnxValue Slice(this OnnxGraph graph, OnnxValue x, long axis, long start, long end = long.MaxValue, long step = 1)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Operator("Slice", [x, graph.Integers(start), graph.Integers(end), graph.Integers(axis), graph.Integers(step)]);
    }

    /// <summary>Zeros before and behind.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="counts">Zeros before each axis, then zeros behind each axis, as Int64.</param>
    public static OnnxValue Pad(this OnnxGraph graph, OnnxValue x, OnnxValue counts) => graph.Operator("Pad", [x, counts]);

    /// <summary>The sizes of a tensor, as Int64.</summary>
    public static OnnxValue Shape(this OnnxGraph graph, OnnxValue x) => graph.Operator("Shape", [x]);

    /// <summary>One size of a tensor, as Int64 [1].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The axis, counted from the first one.</param>
    public static OnnxValue SizeOf(this OnnxGraph graph, OnnxValue x, long axis) =>
        graph.Operator("Shape", [x], new OnnxSetting("start", axis), new OnnxSetting("end", axis + 1));

    /// <summary>The same values, repeated where a dimension has size 1.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="shape">The sizes, as Int64.</param>
    public static OnnxValue Expand(this OnnxGraph graph, OnnxValue x, OnnxValue shape) => graph.Operator("Expand", [x, shape]);

    /// <summary>Start, start + step, ... below the limit.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="start">The first number, without dimensions.</param>
    /// <param name="limit">Behind the last number, without dimensions.</param>
    /// <param name="step">The step, without dimensions.</param>
    public static OnnxValue Range(this OnnxGraph graph, OnnxValue start, OnnxValue limit, OnnxValue step) =>
        graph.Operator("Range", [start, limit, step]);
}
