using Subloc.MLNet.TorchSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Layers;

[Collection(TorchTests.Name)]
public sealed class MaskedBatchNormTests
{
    [Fact]
    public void Forward_OneChannelByHand_NormalisesTheResidues()
    {
        using var scope = NewDisposeScope();
        using var norm = new MaskedBatchNorm(1);
        var features = tensor(new float[] { 1, 3, 100, 5, 7, 9 }).view(2, 1, 3);
        var positions = Positions(3, 2, 3);

        float[] output = norm.forward(features, positions).data<float>().ToArray();

        // Residues 1, 3, 5, 7, 9: mean 5, biased variance 8.
        float scale = 1 / MathF.Sqrt(8.001f);
        Assert.Equal([-4 * scale, -2 * scale, 0, 0, 2 * scale, 4 * scale], output, (a, b) => MathF.Abs(a - b) < 1e-6f);
        var state = norm.state_dict();
        Assert.Equal(0.05f, state["running_mean"].item<float>(), 6);
        Assert.Equal(0.99f + 0.08f, state["running_var"].item<float>(), 6);
    }

    [Fact]
    public void Forward_NothingMasked_IsTheNativeNormalisation()
    {
        using var scope = NewDisposeScope();
        using var norm = new MaskedBatchNorm(3);
        using var native = nn.BatchNorm1d(3, eps: 1e-3, momentum: 0.01);
        var features = randn(4, 3, 10) * 2 + 1;
        var positions = Positions(10, 10, 10, 10, 10);

        Same(native.forward(features), norm.forward(features, positions));
        norm.eval();
        var trained = norm.state_dict();
        Same(native.running_mean!, trained["running_mean"]);
        native.running_var = trained["running_var"].clone(); // Keras' variance is the biased one.
        native.eval();
        Same(native.forward(features), norm.forward(features, positions));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Backward_Masked_IsThatOfTheResiduesAlone(bool train)
    {
        using var scope = NewDisposeScope();
        using var norm = new MaskedBatchNorm(3);
        norm.train(train);
        nn.init.uniform_(norm.get_parameter("weight")!);
        nn.init.uniform_(norm.get_parameter("bias")!);
        int[] lengths = [7, 2, 5];
        var padded = randn(3, 3, 7).requires_grad_(true);
        var slope = randn(3, 3, 7);
        var rows = Enumerable.Range(0, 3).Select(i => padded.detach()[i].narrow(1, 0, lengths[i])).ToArray();
        var alone = cat(rows, 1).unsqueeze(0).requires_grad_(true);             // [1, C, 14]: the same residues end to end
        var aloneSlope = cat([.. Enumerable.Range(0, 3).Select(i => slope[i].narrow(1, 0, lengths[i]))], 1).unsqueeze(0);

        norm.forward(padded, Positions(7, lengths)).backward([slope]);
        var weight = norm.get_parameter("weight")!.grad!.clone();
        norm.get_parameter("weight")!.grad!.zero_();
        norm.forward(alone, Positions(14, 14)).backward([aloneSlope]);

        Same(weight, norm.get_parameter("weight")!.grad!);
        Same(cat([.. Enumerable.Range(0, 3).Select(i => padded.grad![i].narrow(1, 0, lengths[i]))], 1), alone.grad![0]);
        Assert.Equal(0, padded.grad![1].narrow(1, 2, 5).abs().max().item<float>());
    }

    [Fact]
    public void Forward_RunningStatistics_CountResiduesOnly()
    {
        using var scope = NewDisposeScope();
        using var masked = new MaskedBatchNorm(2);
        using var alone = new MaskedBatchNorm(2);
        var features = randn(1, 2, 6) * 3 + 2;

        masked.forward(nn.functional.pad(features, (0, 5), value: 50), Positions(11, 6));
        alone.forward(features, Positions(6, 6));

        Same(alone.state_dict()["running_mean"], masked.state_dict()["running_mean"]);
        Same(alone.state_dict()["running_var"], masked.state_dict()["running_var"]);
    }

    [Fact]
    public void Forward_SingleResidue_KeepsFiniteStatistics()
    {
        using var scope = NewDisposeScope();
        using var norm = new MaskedBatchNorm(2);

        norm.forward(randn(1, 2, 1), Positions(1, 1));
        norm.forward(randn(1, 2, 4), Positions(4, 1));

        Assert.All(norm.state_dict().Values, value => Assert.True(value.isfinite().all().item<bool>()));
    }

    [Fact]
    public void To_OtherType_KeepsAllStatisticsInUse()
    {
        using var scope = NewDisposeScope();
        using var norm = new MaskedBatchNorm(2);
        norm.to(ScalarType.Float64);

        var output = norm.forward(randn(2, 2, 4, dtype: ScalarType.Float64), Positions(4, 4, 3));
        norm.eval();

        Assert.Equal(ScalarType.Float64, output.dtype);
        Assert.True(norm.state_dict()["running_mean"].abs().sum().item<double>() > 0);
        Assert.Equal(["weight", "bias", "running_mean", "running_var"], norm.state_dict().Keys);
    }

    private static PositionMask Positions(int width, params int[] lengths) =>
        new(arange(width).unsqueeze(0).lt(tensor(lengths).unsqueeze(1)));

    private static void Same(Tensor expected, Tensor actual) =>
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, 1e-5f);
}
