using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Training;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class ComputePrecisionTests
{
    public static TheoryData<string> Names => [.. SeedNetworks.Names];

    [Theory]
    [InlineData(Precision.Auto, true, ScalarType.BFloat16)]
    [InlineData(Precision.Auto, false, ScalarType.Float32)]
    [InlineData(Precision.Fp32, true, ScalarType.Float32)]
    [InlineData(Precision.Bf16, true, ScalarType.BFloat16)]
    public void Choose_NetworkThatAllowsIt_FollowsTheProcessor(Precision asked, bool isFast, ScalarType expected) =>
        Assert.Equal(expected, ComputePrecision.Choose(asked, isFast, new ResNetConfig()));

    [Fact]
    public void Choose_ProcessorWithoutInstructions_IsRefused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => ComputePrecision.Choose(Precision.Bf16, isFast: false, new ResNetConfig()));

        Assert.Equal("Precision bf16 was asked for, but this processor has neither avx512_bf16 nor amx_bf16, and would be slower with it; use fp32 or auto.", error.Message);
    }

    [Fact]
    public void Choose_NetworkThatDoesNotAllowIt_IsRefusedOrComputesInFloat32()
    {
        var config = new PlainConfig();

        Assert.Equal(ScalarType.Float32, ComputePrecision.Choose(Precision.Auto, isFast: true, config));
        var error = Assert.Throws<InvalidOperationException>(() => ComputePrecision.Choose(Precision.Bf16, isFast: true, config));
        Assert.Equal("Precision bf16 was asked for, but PlainConfig computes in float32 only; use fp32 or auto.", error.Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_InBFloat16_LearnsMuchAsInFloat32(string name)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        var shape = new NetworkShape(20, 253, 4);
        using var network = new LocalizationNetwork(new ResidueChannels(ResidueInput.OneHot), SeedNetworks.Get(name).Config.Build(shape));
        using var mixed = new LocalizationNetwork(new ResidueChannels(ResidueInput.OneHot), SeedNetworks.Get(name).Config.Build(shape)) { TrainingType = ScalarType.BFloat16 };
        mixed.load_state_dict(network.state_dict());
        foreach (var module in network.modules().Concat(mixed.modules()).OfType<global::TorchSharp.Modules.Dropout>())
            module.p = 0;
        Tensor tokens = randint(1, 21, [16, 253], ScalarType.Byte);
        tokens[3].slice(0, 200, 253, 1).zero_();
        Tensor labels = randint(0, 4, [16], ScalarType.Int64);

        Tensor Learn(LocalizationNetwork one)
        {
            one.train();
            Tensor logits = one.forward(tokens, ResidueChannels.Mask(tokens));
            nn.functional.cross_entropy(logits, labels).backward();
            return logits;
        }

        Tensor expected = Learn(network), actual = Learn(mixed);

        Assert.Equal(ScalarType.Float32, actual.dtype);
        Assert.False(actual.Equals(expected));
        Assert.InRange((actual - expected).abs().max().item<float>(), 0, 0.2f * Math.Max(1, expected.abs().max().item<float>()));
        Assert.All(mixed.named_parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.parameter.grad!.dtype));
        Assert.InRange(Cosine(network, mixed), 0.9f, 1.0001f);
        network.eval();
        mixed.eval();
        mixed.load_state_dict(network.state_dict());
        mixed.eval();
        using var frozen = no_grad();
        Assert.Equal(network.forward(tokens, ResidueChannels.Mask(tokens)), mixed.forward(tokens, ResidueChannels.Mask(tokens)));
    }

    // Angle between the gradients of all weights.
    private static float Cosine(nn.Module one, nn.Module other)
    {
        Tensor Gradients(nn.Module module) => cat([.. module.parameters().Select(parameter => parameter.grad!.flatten())]);
        Tensor a = Gradients(one), b = Gradients(other);
        return (a.dot(b) / (a.norm() * b.norm())).item<float>();
    }

    private sealed record PlainConfig : NetworkConfig
    {
        public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape) => throw new NotSupportedException();
    }
}
