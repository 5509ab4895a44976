using Microsoft.ML.OnnxRuntime;
using Subloc.Benchmarks.Measuring;
using Subloc.MLNet.Onnx.Export;

namespace Subloc.Benchmarks.Runtimes;

/// <summary>How fast this machine multiplies large float32 matrices with ONNX Runtime, on all processors.</summary>
internal static class MatrixRate
{
    private const int Size = 2048;
    private const int Repeats = 9;

    /// <summary>Operations a second, of the fastest of some products.</summary>
    public static double Measure()
    {
        var random = new Random(1);
        var values = new float[Size * Size];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextSingle();

        var graph = new OnnxGraph();
        OnnxValue input = graph.Input("x", OnnxType.Float, Size, Size);
        graph.Output("y", graph.MatMul(input, graph.Constant<float>(values, [Size, Size])), OnnxType.Float, Size, Size);
        using var options = new SessionOptions { IntraOpNumThreads = Environment.ProcessorCount };
        using var session = new InferenceSession(graph.ToBytes(), options);
        using var run = new RunOptions();
        using OrtValue x = OrtValue.CreateTensorValueFromMemory(values, [Size, Size]);
        double least = double.MaxValue;
        for (int i = 0; i < Repeats; i++)
        {
            Lap start = Lap.Now;
            using var product = session.Run(run, ["x"], [x], ["y"]);
            least = Math.Min(least, (Lap.Now - start).Seconds);
        }

        return 2d * Size * Size * Size / least;
    }
}
