using Subloc.MLNet.TorchSharp.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Networks;

[Collection(TorchTests.Name)]
public sealed class NetworkContractTests
{
    private const int FullLength = 61;

    // Heads on embeddings.
    private static readonly Dictionary<string, NetworkConfig> _heads = new()
    {
        ["mlp"] = new MlpConfig(),
        ["light-attention-head"] = new LightAttentionConfig(),
    };

    public static TheoryData<string> Names => [.. NetworkPresets.Names, .. _heads.Keys];

    public static TheoryData<string, int> NamesAndLengths
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string name in NetworkPresets.Names.Concat(_heads.Keys))
                foreach (int length in new[] { 60, 61, 66 })
                    data.Add(name, length);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_AnyLengthAndClasses_GivesLogits(string name)
    {
        using var scope = NewDisposeScope();
        var config = Config(name);
        foreach (var (length, classes) in new[] { (46, 2), (61, 10), (64, 5) })
        {
            using var network = config.Build(new NetworkShape(20, length, classes));
            int width = config.NeedsFixedLength ? length : length - 15;
            var (channels, mask) = RandomProteins.Make(width, width, 9);

            var learned = network.forward(channels, mask);
            network.eval();
            var logits = network.forward(channels, mask);

            Assert.Equal([2L, classes], logits.shape);
            long parts = name switch { "subloc" => 1 + 4, "descriptors" => 4, _ => 1 }; // that learn for themselves
            Assert.Equal([2 * parts, classes], learned.shape);
            Assert.True(logits.isfinite().all().item<bool>());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_AnyLoss_ReachesEveryParameter(string name)
    {
        using var scope = NewDisposeScope();
        using var network = Build(name);
        var (channels, mask) = RandomProteins.Make(FullLength, FullLength, 60, 45, 48);

        network.forward(channels, mask).pow(2).sum().backward();

        Assert.All(network.named_parameters(), parameter =>
            Assert.True(parameter.parameter.grad?.isfinite().all().item<bool>(), parameter.name));

        // A bias in front of a batch normalisation, or of a softmax over positions, has a gradient of zero in exact arithmetic.
        Assert.All(
            network.named_parameters().Where(parameter => !parameter.name.EndsWith("convolution.bias", StringComparison.Ordinal) && parameter.name != "attention.bias"),
            parameter => Assert.True(parameter.parameter.grad!.abs().sum().item<float>() > 0, parameter.name));
    }

    [Theory]
    [MemberData(nameof(NamesAndLengths))]
    public void Forward_AloneOrInABatch_ScoresAlike(string name, int fullLength)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var network = Config(name).Build(new NetworkShape(20, fullLength, 10));
        bool fixedLength = Config(name).NeedsFixedLength;
        int[] lengths = [.. Enumerable.Range(1, 12), 16, 17, 31, 32, 59, fullLength];
        var (channels, mask) = RandomProteins.Make(fullLength, lengths);
        Warm(network, channels, mask);

        var together = network.forward(channels, mask);

        for (int i = 0; i < lengths.Length; i++)
        {
            foreach (int width in fixedLength ? [fullLength] : new[] { lengths[i], Math.Min(lengths[i] + 3, fullLength) })
            {
                var alone = network.forward(
                    channels.narrow(0, i, 1).narrow(2, 0, width).contiguous(), mask.narrow(0, i, 1).narrow(1, 0, width));
                Assert.True((alone - together[i]).abs().max().item<float>() < 1e-5, $"length {lengths[i]} in {width}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ForwardBackward_Disposed_LeavesNoTensors(string name)
    {
        long before = Live();
        using (var scope = NewDisposeScope())
        {
            using var network = Build(name);
            var (channels, mask) = RandomProteins.Make(FullLength, FullLength, 50);
            using var optimizer = optim.Adam(network.parameters());
            long steady = 0;
            for (int step = 0; step < 4; step++)
            {
                using var batch = NewDisposeScope();
                network.forward(channels, mask).sum().backward();
                optimizer.step();
                batch.DisposeEverything();
                Assert.True(step < 2 || Live() == steady, $"step {step}: {Live()} tensors, {steady} the step before");
                steady = Live();
            }
        }

        Assert.Equal(before, Live());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Build_EqualSeeds_GiveEqualWeights(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var first = Build(name);
        using var other = Build(name);
        manual_seed(5);
        using var second = Build(name);

        var weights = first.state_dict();
        Assert.All(second.state_dict(), weight => Assert.True(weight.Value.equal(weights[weight.Key]).all().item<bool>()));
        Assert.Contains(other.state_dict(), weight => !weight.Value.equal(weights[weight.Key]).all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Build_InsideADisposeScope_OutlivesIt(string name)
    {
        nn.Module<Tensor, Tensor, Tensor> network;
        int parameters;
        using (NewDisposeScope())
        {
            network = Build(name);
            parameters = network.parameters().Count();
        }

        using var scope = NewDisposeScope();
        using (network)
        {
            var (channels, mask) = RandomProteins.Make(FullLength, FullLength, 50);
            network.eval();
            Assert.Equal([2L, 10], network.forward(channels, mask).shape);
            Assert.Equal(parameters, network.parameters().Count());
            Assert.All(network.parameters(), parameter => Assert.True(parameter.numel() > 0));
        }
    }

    [Theory]
    [InlineData("cnn1", 8, "convolutions.0.weight", "convolutions.1.bias", "head.hidden.0.weight", "head.classes.bias")]
    [InlineData("cnn-lstm", 14, "convolutions.1.weight", "lstm.weight_ih_l0", "lstm.bias_hh_l1", "classes.weight")]
    [InlineData(
        "resnet1", 124, "stem.convolution.weight", "stem.norm.running_var", "blocks.2.shortcut.norm.weight",
        "blocks.7.layers.1.convolution.bias", "head.hidden.0.bias", "head.classes.weight")]
    [InlineData("resnet3", 172, "blocks.0.layers.2.norm.running_mean")]
    [InlineData("mlp", 4, "head.hidden.0.weight", "head.classes.bias")]
    [InlineData("light-attention-head", 12, "values.weight", "attention.bias", "hidden.weight", "norm.running_var", "classes.bias")]
    [InlineData("light-attention", 18, "stem.0.convolution.weight", "stem.0.norm.running_mean", "attention.weight")]
    [InlineData(
        "deeploc", 32, "convolutions.5.weight", "join.bias", "lstm_forward.weight_ih_l0", "lstm_backward.bias_hh_l0",
        "keys.bias", "query.weight", "attention.weight", "gates.weight", "head.classes.bias")]
    [InlineData(
        "transformer", 61, "stem.norm.running_var", "blocks.0.attention_norm.weight", "blocks.1.projection.bias", "blocks.2.output.weight",
        "blocks.3.contract.bias", "norm.weight", "attention.weight", "head.hidden.0.weight")]
    public void StateDict_Keys_AreStable(string name, int count, params string[] expected)
    {
        using var network = Build(name);

        var keys = network.state_dict().Keys;

        Assert.Equal(count, keys.Count);
        Assert.All(expected, key => Assert.Contains(key, keys));
    }

    [Theory]
    [InlineData("cnn1")]
    [InlineData("cnn-lstm")]
    [InlineData("resnet1")]
    [InlineData("mlp")]
    [InlineData("light-attention-head")]
    [InlineData("light-attention")]
    [InlineData("deeploc")]
    [InlineData("transformer")]
    public void Train_SixteenRows_LearnsThemByHeart(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = Build(name);
        var (channels, mask) = RandomProteins.Make(FullLength, [.. Enumerable.Range(46, 16)]);
        var labels = arange(16) % 4;
        using var optimizer = optim.Adam(network.parameters(), name switch { "mlp" => 3e-2, "cnn-lstm" => 5e-3, _ => 1e-3 });

        double accuracy = 0;
        for (int step = 0; step < 150 && accuracy < 1; step++)
        {
            using var batch = NewDisposeScope();
            optimizer.zero_grad();
            var logits = network.forward(channels, mask);
            nn.functional.cross_entropy(logits, labels).backward();
            optimizer.step();
            accuracy = logits.argmax(1).eq(labels).to_type(ScalarType.Float32).mean().item<float>();
        }

        Assert.Equal(1, accuracy);
    }

    private static NetworkConfig Config(string name) => _heads.GetValueOrDefault(name) ?? NetworkPresets.Get(name).Config;

    private static nn.Module<Tensor, Tensor, Tensor> Build(string name) =>
        Config(name).Build(new NetworkShape(20, FullLength, 10));

    // Moves the running statistics away from zero and one, and the biases away from zero, before scoring.
    private static void Warm(nn.Module<Tensor, Tensor, Tensor> network, Tensor channels, Tensor mask)
    {
        foreach (var (key, parameter) in network.named_parameters())
            if (key.Contains("bias", StringComparison.Ordinal))
                nn.init.uniform_(parameter, -0.1, 0.1);

        network.train();
        for (int i = 0; i < 3; i++)
            network.forward(channels, mask).Dispose();
        network.eval();
    }

    private static long Live() => DisposeScopeManager.Statistics.ThreadTotalLiveCount;
}
