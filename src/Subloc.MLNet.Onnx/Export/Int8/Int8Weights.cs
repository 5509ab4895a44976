using System.Numerics.Tensors;

namespace Subloc.MLNet.Onnx.Export.Int8;

/// <summary>Weights of a layer as bytes, and its bias as integers that are added to the sums of products; each row has scales of its own.</summary>
/// <param name="Bytes">The weights, row by row.</param>
/// <param name="Scales">Step between two bytes, of each row.</param>
/// <param name="Sums">The bias.</param>
/// <param name="SumScales">Step between two integers, of each row.</param>
/// <remarks>
/// Processors without VNNI add two products at a time in 16 bits, for neighbours in the order in which ONNX Runtime multiplies them. So the steps are as
/// large as keeps neighbours within that, and scores are the same on all processors.
/// </remarks>
internal sealed record Int8Weights(sbyte[] Bytes, float[] Scales, int[] Sums, float[] SumScales)
{
    // Leaves the sums of products room in their 32 bits.
    private const float MostBias = 1 << 30;

    // Of two neighbours of one sign: 255 times that fits into 16 bits with a sign. Rounding to even does not make two numbers that add up to it more.
    private const float MostOfTwo = 128;

    /// <summary>Rounds a layer.</summary>
    /// <param name="numbers">The weights, row by row.</param>
    /// <param name="offsets">The bias, a number a row.</param>
    /// <param name="step">Step between two bytes of what the layer reads.</param>
    /// <param name="positions">Of a convolution's filters; each of their weights lies behind the one for the position before, and ONNX Runtime multiplies position by position.</param>
    public static Int8Weights Of(ReadOnlySpan<float> numbers, ReadOnlySpan<float> offsets, float step, int positions = 1)
    {
        int rows = offsets.Length, width = numbers.Length / rows;
        var result = new Int8Weights(new sbyte[numbers.Length], new float[rows], new int[rows], new float[rows]);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> some = numbers.Slice(row * width, width);
            float largest = Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude(some)) / sbyte.MaxValue, LargestOfTwo(some, positions) / MostOfTwo);
            float scale = Math.Max(Math.Max(largest, Math.Abs(offsets[row]) / (step * MostBias)), 1e-30f);
            for (int i = 0; i < width; i++)
                result.Bytes[row * width + i] = (sbyte)MathF.Round(some[i] / scale);
            (result.Scales[row], result.SumScales[row]) = (scale, scale * step);
            result.Sums[row] = (int)Math.Round(offsets[row] / ((double)scale * step));
        }

        return result;
    }

    // Magnitude of two neighbours of one sign together.
    private static float LargestOfTwo(ReadOnlySpan<float> row, int positions)
    {
        int channels = row.Length / positions;
        float largest = 0;
        for (int i = 0; i + 1 < row.Length; i += 2)
        {
            float one = row[At(i)], other = row[At(i + 1)];
            if (one * other > 0)
                largest = Math.Max(largest, Math.Abs(one + other));
        }

        return largest;

        int At(int i) => (i % channels * positions) + (i / channels);
    }
}
