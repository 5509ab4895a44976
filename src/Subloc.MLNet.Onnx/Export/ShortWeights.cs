using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Google.Protobuf.Collections;

namespace Subloc.MLNet.Onnx.Export;

/// <summary>Keeps the large constants of a graph in fewer bits.</summary>
/// <remarks>
/// Stored is what the largest value of each row makes the largest whole number, and a scale for each row. The runtime multiplies them out when it
/// loads the model.
/// </remarks>
internal static class ShortWeights
{
    // Smaller tensors are biases, tables and settings: hardly any of the file, and worth their precision.
    private const int LeastShortened = 1024;

    /// <summary>Shortens constants of Single that have 1024 elements and more, several in a row, all of them finite.</summary>
    /// <param name="graph">The graph; changed.</param>
    /// <param name="storage">How constants are kept.</param>
    public static void Apply(GraphProto graph, WeightStorage storage)
    {
        if (storage == WeightStorage.Float32)
            return;

        TensorProto[] constants = [.. graph.Initializer];
        var names = new HashSet<string>(
            [.. constants.Select(constant => constant.Name), .. graph.Input.Select(input => input.Name), .. graph.Node.SelectMany(node => node.Output)], StringComparer.Ordinal);
        var nodes = new List<NodeProto>();
        graph.Initializer.Clear();
        foreach (TensorProto constant in constants)
        {
            ReadOnlySpan<float> values = constant.DataType == (int)OnnxType.Float ? MemoryMarshal.Cast<byte, float>(constant.RawData.Span) : [];
            long[] rows = Rows(constant.Dims);
            long count = rows.Aggregate(1L, (first, second) => first * second);
            if (values.Length < LeastShortened || values.Length == count || !float.IsFinite(TensorPrimitives.MaxMagnitude(values)))
            {
                graph.Initializer.Add(constant);
                continue;
            }

            var scales = new float[count];
            (string stored, string scale, string wide) = (NewName(names, $"{constant.Name}_short"), NewName(names, $"{constant.Name}_scale"), NewName(names, $"{constant.Name}_wide"));
            graph.Initializer.Add(storage == WeightStorage.Int16
                ? TensorProto.Of<short>(stored, OnnxType.Int16, Round<short>(values, scales), constant.Dims)
                : TensorProto.Of<sbyte>(stored, OnnxType.Int8, Round<sbyte>(values, scales), constant.Dims));
            graph.Initializer.Add(TensorProto.Of<float>(scale, OnnxType.Float, scales, rows));
            nodes.Add(new NodeProto { OpType = "Cast", Name = wide, Input = { stored }, Output = { wide }, Attribute = { new OnnxSetting("to", (long)OnnxType.Float).Content } });
            nodes.Add(new NodeProto { OpType = "Mul", Name = constant.Name, Input = { wide, scale }, Output = { constant.Name } });
        }

        NodeProto[] others = [.. graph.Node];
        graph.Node.Clear();
        graph.Node.AddRange(nodes.Concat(others));
    }

    // As many dimensions as the constant has. The first axis of a recurrent layer's weights is its directions.
    private static long[] Rows(RepeatedField<long> shape) =>
        [.. shape.Select((size, axis) => axis == 0 || (axis == 1 && shape[0] <= 2 && shape.Count > 2) ? size : 1)];

    private static T[] Round<T>(ReadOnlySpan<float> values, float[] scales)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        int width = values.Length / scales.Length;
        var rounded = new T[values.Length];
        double most = double.CreateChecked(T.MaxValue);
        for (int row = 0; row < scales.Length; row++)
        {
            ReadOnlySpan<float> one = values.Slice(row * width, width);
            float largest = Math.Abs(TensorPrimitives.MaxMagnitude(one));
            scales[row] = (float)(largest / most);
            for (int i = 0; i < width && largest > 0; i++)
                rounded[row * width + i] = T.CreateChecked(Math.Round(one[i] / (double)largest * most));
        }

        return rounded;
    }

    private static string NewName(HashSet<string> names, string stem)
    {
        while (!names.Add(stem))
            stem += "_";
        return stem;
    }
}
