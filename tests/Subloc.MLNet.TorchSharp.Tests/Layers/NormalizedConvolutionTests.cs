using Subloc.MLNet.TorchSharp.Layers;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Tests.Layers;

[Collection(TorchTests.Name)]
public sealed class NormalizedConvolutionTests
{
    private readonly PositionMask _positions = new(tensor(new[] { true, true, true, true, true, true, true, false }).view(2, 4));

    [Fact]
    public void Forward_Evaluating_ConvolvesThenNormalises()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var layer = Make();
        var features = Features();

        layer.eval();

        Same(Expected(layer, features), layer.forward(features, _positions));
    }

    [Fact]
    public void Forward_WeightsChangedBetween_UsesTheNewOnes()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var layer = Make();
        var features = Features();
        layer.eval();
        var before = layer.forward(features, _positions);

        layer.state_dict()["convolution.weight"].mul_(2);
        layer.state_dict()["norm.running_mean"].add_(1);
        layer.eval();

        var after = layer.forward(features, _positions);
        Same(Expected(layer, features), after);
        Assert.True((after - before).abs().max().item<float>() > 0.1);
    }

    [Fact]
    public void Dispose_AfterEvaluating_LeavesNoTensors()
    {
        long before = LiveTensors.Count();
        Round();
        long first = Tensor.TotalCount;

        Round();

        // Tensors that became parameters are counted for ever: as many in each round.
        Assert.Equal(first - before, Tensor.TotalCount - first);

        void Round()
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            using var layer = Make();
            var features = Features();
            for (int i = 0; i < 3; i++)
            {
                layer.eval();
                layer.forward(features, _positions);
            }
        }
    }

    private static NormalizedConvolution Make()
    {
        var layer = new NormalizedConvolution(3, 5, 3, 1, 4);
        var state = layer.state_dict();
        foreach (string name in new[] { "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var", "convolution.bias" })
            state[name].copy_(rand_like(state[name]) + 0.5);
        return layer;
    }

    private static Tensor Features()
    {
        var features = randn(2, 4, 3).transpose(1, 2);
        features[1].select(1, 3).zero_();
        return features;
    }

    private static Tensor Expected(NormalizedConvolution layer, Tensor features)
    {
        var state = layer.state_dict();
        var convolved = F.conv1d(features.contiguous(), state["convolution.weight"], state["convolution.bias"], 1, 1);
        var normalised = F.batch_norm(convolved, state["norm.running_mean"], state["norm.running_var"], state["norm.weight"], state["norm.bias"], false, 0.1, 1e-3);
        normalised[1].select(1, 3).zero_();
        return normalised;
    }

    private static void Same(Tensor expected, Tensor actual) => Assert.InRange((expected - actual).abs().max().item<float>(), 0, 1e-5f);
}
