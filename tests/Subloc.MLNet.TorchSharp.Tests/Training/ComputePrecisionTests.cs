using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Training;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class ComputePrecisionTests
{
    private const int Length = 253;

    public static TheoryData<string> Names => [.. NetworkPresets.Names];

    public static TheoryData<string> MixedNames => [.. NetworkPresets.Names.Where(name => NetworkPresets.Get(name).Config.AllowsBFloat16)];

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
    [MemberData(nameof(MixedNames))]
    public void Forward_InBFloat16_LearnsMuchAsInFloat32(string name)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        using var plain = Make(name, ScalarType.Float32);
        using var mixed = Make(name, ScalarType.BFloat16);
        using var rounded = Make(name, ScalarType.Float32);
        mixed.load_state_dict(plain.state_dict());
        rounded.load_state_dict(plain.state_dict());
        using (no_grad())
            foreach (var weight in rounded.parameters())
                weight.copy_(weight.to_type(ScalarType.BFloat16));
        Tensor tokens = randint(1, 21, [16, Length], ScalarType.Byte);
        tokens[3].slice(0, 200, Length, 1).zero_();
        Tensor labels = randint(0, 4, [16], ScalarType.Int64);

        Tensor gradient = Gradient(plain, tokens, labels);
        Tensor actual = Gradient(mixed, tokens, labels);

        // How far a gradient turns by rounding nothing but the weights tells how sensitive the network is.
        double turned = 1 - Cosine(gradient, Gradient(rounded, tokens, labels));
        Assert.InRange(1 - Cosine(gradient, actual), 1e-9, 4 * turned + 0.01);
        Assert.All(mixed.named_parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.parameter.grad!.dtype));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_Evaluating_ComputesInFloat32(string name)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var plain = Make(name, ScalarType.Float32);
        using var mixed = Make(name, ScalarType.BFloat16);
        mixed.load_state_dict(plain.state_dict());
        plain.eval();
        mixed.eval();
        Tensor tokens = randint(1, 21, [4, Length], ScalarType.Byte);

        Tensor logits = mixed.forward(tokens, ResidueChannels.Mask(tokens));

        Assert.Equal(plain.forward(tokens, ResidueChannels.Mask(tokens)), logits);
        Assert.Equal(ScalarType.Float32, logits.dtype);
    }

    private static LocalizationNetwork Make(string name, ScalarType type)
    {
        var network = new LocalizationNetwork(
            new ResidueChannels(ResidueInput.OneHot), NetworkPresets.Get(name).Config.Build(new NetworkShape(20, Length, 4)))
        { TrainingType = type };
        foreach (var module in network.modules().OfType<global::TorchSharp.Modules.Dropout>())
            module.p = 0;
        return network;
    }

    private static Tensor Gradient(LocalizationNetwork network, Tensor tokens, Tensor labels)
    {
        network.train();
        Tensor logits = network.forward(tokens, ResidueChannels.Mask(tokens));
        nn.functional.cross_entropy(logits, labels.repeat(logits.shape[0] / labels.shape[0])).backward(); // of each part that learns for itself
        return cat([.. network.parameters().Select(weight => weight.grad!.flatten())]).to_type(ScalarType.Float64);
    }

    private static double Cosine(Tensor one, Tensor other) => (one.dot(other) / (one.norm() * other.norm())).item<double>();

    private sealed record PlainConfig : NetworkConfig
    {
        public override nn.Module<Tensor, Tensor, Tensor> Build(NetworkShape shape) => throw new NotSupportedException();
    }
}
