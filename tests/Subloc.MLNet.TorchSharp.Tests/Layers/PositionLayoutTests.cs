using Subloc.MLNet.TorchSharp.Layers;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Tests.Layers;

[Collection(TorchTests.Name)]
public sealed class PositionLayoutTests
{
    [Theory]
    [InlineData(ScalarType.Float32, 5, 3, 1, 1, 1e-5)]
    [InlineData(ScalarType.Float32, 5, 7, 2, 0, 1e-5)]
    [InlineData(ScalarType.BFloat16, 5, 3, 2, 1, 0.02)]
    [InlineData(ScalarType.BFloat16, 256, 3, 1, 1, 0.02)]
    [InlineData(ScalarType.BFloat16, 256, 3, 2, 1, 0.02)]
    [InlineData(ScalarType.BFloat16, 256, 3, 2, 0, 0.02)]
    [InlineData(ScalarType.BFloat16, 300, 1, 2, 0, 0.02)]
    public void Convolve_AnyTypeAndWidth_EqualsConvolutionWithItsGradients(ScalarType type, int channels, int kernel, int stride, int sides, double tolerance)
    {
        using var scope = NewDisposeScope();
        var weight = randn(6, channels, kernel) / Math.Sqrt(channels * kernel);
        var bias = randn(6);
        var features = randn(3, 22, channels).transpose(1, 2);

        var (expected, expectedGradients) = Run(features, weight, bias, (x, w, b) => F.conv1d(x.to_type(ScalarType.Float64), w.to_type(ScalarType.Float64), b.to_type(ScalarType.Float64), stride, sides).to_type(ScalarType.Float32));
        var (actual, gradients) = Run(features, weight, bias, (x, w, b) => PositionLayout.Convolve(x.to_type(type), w, b, stride, sides).to_type(ScalarType.Float32));

        Same(expected, actual, tolerance);
        foreach (var (one, other) in expectedGradients.Zip(gradients))
            Same(one, other, tolerance);
    }

    [Fact]
    public void Convolve_PositionByPosition_GivesTheSameLayout()
    {
        using var scope = NewDisposeScope();
        var features = randn(2, 9, 4).transpose(1, 2);

        var output = PositionLayout.Convolve(features, randn(6, 4, 3), randn(6), 1, 1);
        var pooled = PositionLayout.MaxPool(PositionLayout.Pad(output, 0, 1), 3, 2);

        Assert.True(output.transpose(1, 2).is_contiguous());
        Assert.True(pooled.transpose(1, 2).is_contiguous());
        Same(F.max_pool1d(F.pad(output, (0, 1)), 3, 2), pooled, 0);
    }

    [Fact]
    public void Rows_ThereAndBack_AreViews()
    {
        using var scope = NewDisposeScope();
        var features = randn(2, 5, 3).transpose(1, 2);

        var rows = PositionLayout.Rows(features);
        rows[6].fill_(7);

        Assert.Equal([10L, 3], rows.shape);
        Assert.Equal([7f, 7f, 7f], features[1].select(1, 1).contiguous().data<float>().ToArray());
        Same(features, PositionLayout.FromRows(rows, 2), 0);
    }

    private static (Tensor Output, Tensor[] Gradients) Run(Tensor features, Tensor weight, Tensor bias, Func<Tensor, Tensor, Tensor, Tensor> convolve)
    {
        Tensor[] inputs = [.. new[] { features, weight, bias }.Select(tensor => tensor.detach().clone().requires_grad_())];
        var output = convolve(inputs[0], inputs[1], inputs[2]);
        (output * output.detach().sin()).sum().backward();
        return (output.detach(), [.. inputs.Select(input => input.grad!)]);
    }

    // Relative to the largest value, as rounding is.
    private static void Same(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, tolerance * Math.Max(1, expected.abs().max().item<float>()));
    }
}
