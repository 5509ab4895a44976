using System.Numerics.Tensors;

namespace Subloc.MLNet.Onnx.Export.Int8;

/// <summary>Weights of a layer as bytes, and its bias as integers that are added to the sums of products; each row has scales of its own.</summary>
/// <param name="Bytes">The weights, row by row.</param>
/// <param name="Scales">Step between two bytes, of each row.</param>
/// <param name="Sums">The bias.</param>
/// <param name="SumScales">Step between two integers, of each row.</param>
internal sealed record Int8Weights(sbyte[] Bytes, float[] Scales, int[] Sums, float[] SumScales)
{
    // Leaves the sums of products room in their 32 bits.
    private const float MostBias = 1 << 30;

    /// <summary>Rounds a layer.</summary>
    /// <param name="numbers">The weights, row by row.</param>
    /// <param name="offsets">The bias, a number a row.</param>
    /// <param name="step">Step between two bytes of what the layer reads.</param>
    public static Int8Weights Of(ReadOnlySpan<float> numbers, ReadOnlySpan<float> offsets, float step)
    {
        int rows = offsets.Length, width = numbers.Length / rows;
        var result = new Int8Weights(new sbyte[numbers.Length], new float[rows], new int[rows], new float[rows]);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> some = numbers.Slice(row * width, width);
            float largest = Math.Abs(TensorPrimitives.MaxMagnitude(some));
            float scale = Math.Max(Math.Max(largest / sbyte.MaxValue, Math.Abs(offsets[row]) / (step * MostBias)), 1e-30f);
            for (int i = 0; i < width; i++)
                result.Bytes[row * width + i] = (sbyte)MathF.Round(some[i] / scale);
            (result.Scales[row], result.SumScales[row]) = (scale, scale * step);
            result.Sums[row] = (int)Math.Round(offsets[row] / ((double)scale * step));
        }

        return result;
    }
}
