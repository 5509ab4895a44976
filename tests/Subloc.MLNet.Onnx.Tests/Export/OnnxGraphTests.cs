using Microsoft.ML.OnnxRuntime;
using Subloc.MLNet.Onnx.Export;

namespace Subloc.MLNet.Onnx.Tests.Export;

public sealed class OnnxGraphTests
{
    [Fact]
    public void ToBytes_OfALinearLayer_RunsInOnnxRuntime()
    {
        var graph = new OnnxGraph();
        OnnxValue x = graph.Input("x", OnnxType.Float, "batch", 2);
        OnnxValue weight = graph.Constant<float>([1, 2, 3, 4, 5, 6], [3, 2]);
        OnnxValue bias = graph.Constant<float>([10, 20, -100], [3]);
        graph.Output("y", graph.Relu(graph.Linear(x, weight, bias)), OnnxType.Float, "batch", 3);

        using var session = new InferenceSession(graph.ToBytes());
        using OrtValue input = OrtValue.CreateTensorValueFromMemory((float[])[1, 1, 0, 2], [2, 2]);
        using var results = session.Run(new RunOptions(), ["x"], [input], ["y"]);

        Assert.Equal([13, 27, 0, 14, 28, 0], results[0].GetTensorDataAsSpan<float>().ToArray());
    }

    [Fact]
    public void Operator_OnEqualInputsWithEqualSettings_IsAppliedOnce()
    {
        var graph = new OnnxGraph();
        OnnxValue x = graph.Input("x", OnnxType.Float, "batch", 2);
        OnnxValue Doubled() => graph.Mul(x, graph.Constant<float>([2, 2], [2]));

        Assert.Same(Doubled(), Doubled());
        Assert.Same(graph.Softmax(Doubled()), graph.Softmax(Doubled()));
        Assert.NotSame(graph.ReduceSum(x, [1]), graph.ReduceSum(x, [1], keep: true));
        Assert.NotSame(graph.Mul(x, graph.Constant<float>([2, 3], [2])), Doubled());
        Assert.NotSame(graph.Constant<float>([2, 2], [2]), graph.Constant<float>([2, 2], [1, 2]));
        Assert.NotSame(graph.Constant<int>([0], [1]), graph.Constant<float>([0], [1]));
    }

    [Fact]
    public void Input_OfAUsedName_IsRefused()
    {
        var graph = new OnnxGraph();
        graph.Input("x", OnnxType.Float, 1);

        Assert.Throws<ArgumentException>(() => graph.Input("x", OnnxType.Float, 1));
    }

    [Fact]
    public void Operator_OnAValueOfAnotherGraph_IsRefused()
    {
        OnnxValue foreign = new OnnxGraph().Input("x", OnnxType.Float, 1);

        ArgumentException error = Assert.Throws<ArgumentException>(() => new OnnxGraph().Relu(foreign));
        Assert.Contains("another graph", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constant_WithTooFewValues_IsRefused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new OnnxGraph().Constant<float>([1, 2], [3]));
        Assert.Contains("3 elements, but 2 values", error.Message, StringComparison.Ordinal);
    }
}
