using Subloc.MLNet.TorchSharp.Layers;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Layers;

[Collection(TorchTests.Name)]
public sealed class SamePaddingTests
{
    public static TheoryData<int, int> Windows => new() { { 1, 1 }, { 1, 2 }, { 3, 1 }, { 3, 2 }, { 7, 1 }, { 7, 2 } };

    [Theory]
    [MemberData(nameof(Windows))]
    public void Apply_FullLength_IsKerasSame(int kernel, int stride)
    {
        using var scope = NewDisposeScope();
        for (int length = 5; length <= 30; length++)
        {
            var input = Values(length);

            var output = Convolve(new SamePadding(length, kernel, stride), input, kernel, stride);

            int total = Math.Max(0, ((length + stride - 1) / stride - 1) * stride + kernel - length);
            Assert.Equal(Naive(input, kernel, stride, total / 2), output);
        }
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void Apply_ShorterInput_KeepsTheLeftShare(int kernel, int stride)
    {
        using var scope = NewDisposeScope();
        foreach (int full in new[] { 30, 31 })
        {
            int total = Math.Max(0, ((full + stride - 1) / stride - 1) * stride + kernel - full);
            var padding = new SamePadding(full, kernel, stride);
            for (int length = 1; length <= full; length++)
            {
                var input = Values(length);

                Assert.Equal(Naive(input, kernel, stride, total / 2), Convolve(padding, input, kernel, stride));
            }
        }
    }

    [Fact]
    public void Windows_TheSeedsPyramid_IsHalvedRoundingUp()
    {
        var lengths = new List<long> { 400 };
        while (lengths.Count < 6)
            lengths.Add(SamePadding.Windows(lengths[^1], 2));

        Assert.Equal([400, 200, 100, 50, 25, 13], lengths);
    }

    private static float[] Values(int length) => [.. Enumerable.Range(1, length).Select(i => (float)(i * i % 17))];

    private static float[] Convolve(SamePadding padding, float[] input, int kernel, int stride)
    {
        var (padded, sides) = padding.Apply(tensor(input).view(1, 1, -1));
        var weight = arange(1, kernel + 1, dtype: ScalarType.Float32).view(1, 1, -1);
        return nn.functional.conv1d(padded, weight, stride: stride, padding: sides).data<float>().ToArray();
    }

    private static float[] Naive(float[] input, int kernel, int stride, int left)
    {
        var output = new float[(input.Length + stride - 1) / stride];
        for (int i = 0; i < output.Length; i++)
            for (int k = 0; k < kernel; k++)
            {
                int position = i * stride - left + k;
                if (position >= 0 && position < input.Length)
                    output[i] += input[position] * (k + 1);
            }

        return output;
    }
}
