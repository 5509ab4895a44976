using Subloc.MLNet.TorchSharp.Layers;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Layers;

[Collection(TorchTests.Name)]
public sealed class KerasInitTests
{
    [Fact]
    public void Convolution_Kernel_IsGlorotUniform()
    {
        using var scope = NewDisposeScope();
        using var layer = KerasInit.Convolution(40, 60, 5);

        Glorot(layer.weight!, 5 * 40 + 5 * 60);
        Assert.Equal(0, layer.bias!.abs().max().item<float>());
    }

    [Fact]
    public void Linear_Kernel_IsGlorotUniform()
    {
        using var scope = NewDisposeScope();
        using var layer = KerasInit.Linear(100, 140);

        Glorot(layer.weight!, 240);
        Assert.Equal(0, layer.bias!.abs().max().item<float>());
    }

    [Fact]
    public void Lstm_Weights_AreKeras()
    {
        using var scope = NewDisposeScope();
        using var lstm = KerasInit.Lstm(24, 16, 2);
        var weights = lstm.named_parameters().ToDictionary(parameter => parameter.name, parameter => parameter.parameter);

        Glorot(weights["weight_ih_l0"], 24 + 4 * 16);
        Glorot(weights["weight_ih_l1"], 16 + 4 * 16);
        foreach (int layer in new[] { 0, 1 })
        {
            var recurrent = weights[$"weight_hh_l{layer}"];                       // [4 H, H], orthonormal columns
            Assert.True((recurrent.t().mm(recurrent) - eye(16)).abs().max().item<float>() < 1e-5);
            float[] bias = weights[$"bias_ih_l{layer}"].data<float>().ToArray();
            Assert.Equal([.. Enumerable.Range(0, 64).Select(i => i is >= 16 and < 32 ? 1f : 0f)], bias);
            Assert.Equal(0, weights[$"bias_hh_l{layer}"].abs().max().item<float>());
        }
    }

    [Fact]
    public void Embedding_PaddingRow_IsZeroAndStays()
    {
        using var scope = NewDisposeScope();
        using var table = KerasInit.Embedding(25, 8, 0);

        table.forward(arange(25)).sum().backward();

        var weight = table.named_parameters().Single().parameter;
        Assert.Equal(0, weight[0].abs().max().item<float>());
        Assert.Equal(0, weight.grad![0].abs().max().item<float>());
        Assert.InRange(weight.abs().max().item<float>(), 0.04f, 0.05f);
    }

    private static void Glorot(Tensor kernel, long fans)
    {
        double limit = Math.Sqrt(6.0 / fans);
        Assert.InRange(kernel.abs().max().item<float>(), 0.97 * limit, limit);
        Assert.InRange(kernel.std().item<float>(), 0.93 * limit / Math.Sqrt(3), 1.07 * limit / Math.Sqrt(3));
    }
}
