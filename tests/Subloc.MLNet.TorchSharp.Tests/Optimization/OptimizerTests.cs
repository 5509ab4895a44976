using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Optimization;

[Collection(TorchTests.Name)]
public sealed class OptimizerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<OptimizerOptions> AllOptions =>
    [
        new AdamOptions(),
        new AdamWOptions { WeightDecay = 0.1 },
        new MuonOptions { WeightDecay = 0.1 },
        new SgdOptions { WeightDecay = 0.1 },
        new SgdOptions { Momentum = 0 },
    ];

    [Fact]
    public void Adam_TwoSteps_AreTheHandWorkedOnes()
    {
        // m = 0.05, v = 0.00025: the first step is 0.1. Then g = -1: m = -0.055, v = 0.00124975, corrected by 0.19 and 0.001999.
        Nearly.Equal([0.9, 0.9 + 0.1 * (0.055 / 0.19) / Math.Sqrt(0.00124975 / 0.001999)], Steps(new AdamOptions(), 0.1, 0.5, -1), 1e-6);
    }

    [Fact]
    public void AdamW_TwoSteps_ShrinkTheWeightFirst()
    {
        // 1 - 0.1 x 0.2 = 0.98, less Adam's 0.1; then 0.88 x 0.98, and Adam's second step.
        double second = 0.1 * (0.055 / 0.19) / Math.Sqrt(0.00124975 / 0.001999);

        Nearly.Equal([0.88, 0.8624 + second], Steps(new AdamWOptions { WeightDecay = 0.2 }, 0.1, 0.5, -1), 1e-6);
    }

    [Fact]
    public void Sgd_WithMomentumAndDecay_StepsAreTheHandWorkedOnes()
    {
        // d = 0.5 + 0.1 x 1 = 0.6, v = 0.6; ahead: 0.6 + 0.9 x 0.6 = 1.14. Then d = 0.5886, v = 0.54 + 0.5886 = 1.1286.
        Nearly.Equal([0.886, 0.886 - 0.1 * (0.5886 + 0.9 * 1.1286)], Steps(new SgdOptions { WeightDecay = 0.1 }, 0.1, 0.5, 0.5), 1e-6);
        Nearly.Equal([0.94, 0.94 - 0.1 * (0.54 + 0.594)], Steps(new SgdOptions { WeightDecay = 0.1, Nesterov = false }, 0.1, 0.5, 0.5), 1e-6);
        Nearly.Equal([0.95, 0.925], Steps(new SgdOptions { Momentum = 0 }, 0.1, 0.5, 0.25), 1e-6);
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(16, 32)]    // the same whichever side is longer
    [InlineData(32, 16)]
    public void Muon_EqualGradientsInEveryDirection_StepsAreTheHandWorkedOnes(int rows, int columns)
    {
        var layer = nn.Linear(columns, rows, hasBias: false);
        using (no_grad())
            layer.weight!.fill_(0.5);
        using var optimizer = new MuonOptimizer(layer, new MuonOptions { WeightDecay = 0.2 }, isShort: false);
        double expectedOn = 0.5, expectedOff = 0.5;
        for (int step = 0; step < 2; step++)
        {
            // Sixteen singular values of a length of 1 together: 1 / 4 each. The rounds keep the matrix diagonal.
            double value = 0.25;
            for (int round = 0; round < 5; round++)
                value = 3.4445 * value - 4.775 * Math.Pow(value, 3) + 2.0315 * Math.Pow(value, 5);
            (expectedOn, expectedOff) = (expectedOn * 0.98 - 0.1 * 0.2 * Math.Sqrt(Math.Max(rows, columns)) * value, expectedOff * 0.98);

            layer.weight!.grad = eye(rows, columns) * (step + 3.0);
            optimizer.Step(0.1);
        }

        float[] weights = Values(layer);
        Nearly.Equal([expectedOn], [weights[0]], 1e-4);
        Nearly.Equal([expectedOn], [weights[columns + 1]], 1e-4);
        Nearly.Equal([expectedOff], [weights[1]], 1e-4);
    }

    [Fact]
    public void Muon_AnyGradient_MovesAboutAsFarInEveryDirection()
    {
        random.manual_seed(5);
        foreach (bool isShort in new[] { false, true })
        {
            var layer = nn.Conv1d(24, 40, 3, bias: false);
            Tensor before = layer.weight!.detach().clone();
            using var optimizer = new MuonOptimizer(layer, new MuonOptions { WeightDecay = 0 }, isShort);
            Tensor gradient = randn(40, 24, 3) * linspace(0.2, 1, 40).view(40, 1, 1);
            layer.weight.grad = gradient;

            optimizer.Step(1);

            Tensor step = (before - layer.weight.detach()).flatten(1);
            float[] sizes = linalg.svd(step / (0.2 * Math.Sqrt(72)), fullMatrices: false).S.data<float>().ToArray();
            Assert.All(sizes, size => Assert.InRange(size, 0.5f, 1.3f));
            Assert.True((step * gradient.flatten(1)).sum().item<float>() > 0, "The step goes against the gradient.");
        }
    }

    [Fact]
    public void Muon_OfANetwork_LeavesEmbeddingsNormsBiasesAndClassesToAdamW()
    {
        var network = new LocalizationNetwork(
            new ResidueChannels(ResidueInput.Embedding, 20), new ResNetConfig { StemFilters = 16, Blocks = [new(16)], Hidden = [24] }.Build(new NetworkShape(20, 32, 3)));

        IReadOnlySet<string> matrices = MuonOptimizer.Matrices(network, DecayedWeights.Of(network));

        Assert.NotEmpty(matrices);
        Assert.All(network.named_parameters(), weight => Assert.Equal(
            weight.parameter.dim() >= 2 && weight.parameter.shape[0] >= 16 && !weight.name.Contains("embedding"), matrices.Contains(weight.name)));
        Assert.Contains(network.named_parameters(), weight => weight.parameter.dim() >= 2 && weight.parameter.shape[0] == 3);
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("adamw")]
    [InlineData("sgd")]
    [InlineData("nesterov")]
    public void Step_SeveralTimes_AgreesWithTorchSharp(string kind)
    {
        var (mine, theirs) = (MakeLayer(), MakeLayer());
        using WeightOptimizer optimizer = Make(kind).Make(mine);
        using optim.Optimizer other = kind switch
        {
            "adam" => optim.Adam(theirs.parameters(), 0.05, eps: 1e-7),
            "adamw" => optim.AdamW(theirs.parameters(), 0.05, eps: 1e-7, weight_decay: 0.3),
            "sgd" => optim.SGD(theirs.parameters(), 0.05, momentum: 0.8, weight_decay: 0.3),
            _ => optim.SGD(theirs.parameters(), 0.05, momentum: 0.8, weight_decay: 0.3, nesterov: true),
        };
        Tensor input = arange(12, ScalarType.Float32).reshape(3, 4) / 5;

        for (int step = 0; step < 6; step++)
        {
            optimizer.ClearGradients();
            other.zero_grad();
            mine.forward(input).pow(2).sum().backward();
            theirs.forward(input).pow(2).sum().backward();
            optimizer.Step(0.05);
            other.step();
        }

        Nearly.Equal(Values(theirs), Values(mine), 1e-5);
        Assert.NotEqual(Values(MakeLayer()), Values(mine));
    }

    [Fact]
    public void Decay_OfANetwork_SparesBiasesAndNorms()
    {
        var network = new LocalizationNetwork(
            new ResidueChannels(ResidueInput.Embedding, 8), new ResNetConfig { StemFilters = 8, Blocks = [new(8)], Hidden = [8] }.Build(new NetworkShape(8, 32, 3)));
        var planar = nn.Sequential(("norm", nn.LayerNorm([2, 3])), ("linear", nn.Linear(3, 3)));

        IReadOnlySet<string> decayed = DecayedWeights.Of(network);

        Assert.All(network.named_parameters(), weight => Assert.Equal(weight.parameter.dim() >= 2, decayed.Contains(weight.name)));
        Assert.Contains(network.named_parameters(), weight => weight.parameter.dim() < 2);
        Assert.Equal(["linear.weight"], DecayedWeights.Of(planar));
    }

    [Fact]
    public void Decay_WithoutGradientPull_ChangesOnlyWeightsThatDecay()
    {
        var layer = nn.Linear(2, 2);
        (float[] weight, float[] bias) = (layer.weight!.data<float>().ToArray(), layer.bias!.data<float>().ToArray());
        using WeightOptimizer optimizer = new AdamWOptions { WeightDecay = 0.5 }.Make(layer);
        foreach (var parameter in layer.parameters())
            parameter.grad = zeros_like(parameter);

        optimizer.Step(0.1);

        Nearly.Equal([.. weight.Select(value => value * 0.95f)], layer.weight!.data<float>().ToArray(), 1e-6);
        Assert.Equal(bias, layer.bias!.data<float>().ToArray());
    }

    [Theory]
    [InlineData(1, 3, 4)]     // length 5 is above 1
    [InlineData(10, 3, 4)]    // below the limit: unchanged
    public void Clip_OfAllWeightsTogether_ShortensTheirLength(double limit, float first, float second)
    {
        var (one, two) = (nn.Parameter(zeros(1)), nn.Parameter(zeros(1)));
        using var optimizer = new SgdOptimizer([("one", one), ("two", two)], new SgdOptions { Momentum = 0 }, new HashSet<string>());
        (one.grad, two.grad) = (tensor([first]), tensor([second]));

        optimizer.Step(1, clipNorm: limit);

        float factor = (float)Math.Min(1, limit / 5);
        Assert.Equal(-first * factor, one.item<float>(), 1e-5f);
        Assert.Equal(-second * factor, two.item<float>(), 1e-5f);
    }

    [Fact]
    public void Clip_OfScaledGradients_LooksAtTheScaledLength()
    {
        var weight = nn.Parameter(zeros(1));
        using var optimizer = new SgdOptimizer([("weight", weight)], new SgdOptions { Momentum = 0 }, new HashSet<string>());
        weight.grad = tensor([8f]);

        optimizer.Step(1, gradientScale: 0.25, clipNorm: 3);

        Assert.Equal(-2, weight.item<float>(), 1e-6f);
    }

    [Theory]
    [MemberData(nameof(AllOptions))]
    public void State_CopiedIntoAnother_GoesOnBitForBit(OptimizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (first, second) = (MakeLayer(bias: true, outputs: 20), MakeLayer(bias: true, outputs: 20));
        using WeightOptimizer before = options.Make(first);
        Learn(first, before, 3);
        using WeightOptimizer after = options.Make(second);

        using (no_grad())
        {
            foreach ((string name, Tensor value) in first.state_dict())
                second.state_dict()[name].copy_(value);
            foreach ((string name, Tensor value) in before.State)
                after.State[name].copy_(value);
        }

        Learn(first, before, 3);
        Learn(second, after, 3);

        Assert.Equal(Values(first), Values(second));
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        OptimizerOptions[] bad =
        [
            new AdamOptions { Beta1 = 1 }, new AdamOptions { Beta2 = -0.1 }, new AdamOptions { Epsilon = 0 },
            new AdamWOptions { WeightDecay = -1 }, new AdamWOptions { WeightDecay = double.NaN }, new AdamWOptions { Beta1 = 2 },
            new MuonOptions { Momentum = 1 }, new MuonOptions { WeightDecay = -1 }, new MuonOptions { Epsilon = 0 },
            new SgdOptions { Momentum = 1 }, new SgdOptions { WeightDecay = double.PositiveInfinity },
        ];

        Assert.All(bad, options => Assert.Throws<ArgumentOutOfRangeException>(options.Validate));
        foreach (OptimizerOptions options in AllOptions)
            options.Validate();
    }

    public void Dispose() => _scope.Dispose();

    private static OptimizerOptions Make(string kind) => kind switch
    {
        "adam" => new AdamOptions(),
        "adamw" => new AdamWOptions { WeightDecay = 0.3 },
        _ => new SgdOptions { Momentum = 0.8, WeightDecay = 0.3, Nesterov = kind == "nesterov" },
    };

    // The weight, 1 at first, after each step with a given gradient.
    private static double[] Steps(OptimizerOptions options, double rate, params double[] gradients)
    {
        var layer = nn.Linear(1, 1, hasBias: false);
        using (no_grad())
            layer.weight!.fill_(1);
        using WeightOptimizer optimizer = options.Make(layer);
        return [.. gradients.Select(gradient =>
        {
            layer.weight!.grad = full([1, 1], gradient, ScalarType.Float32);
            optimizer.Step(rate);
            return (double)layer.weight.item<float>();
        })];
    }

    private static global::TorchSharp.Modules.Linear MakeLayer(bool bias = false, int outputs = 2)
    {
        random.manual_seed(3);
        return nn.Linear(outputs > 2 ? 16 : 4, outputs, hasBias: bias);
    }

    private static void Learn(nn.Module<Tensor, Tensor> layer, WeightOptimizer optimizer, int steps)
    {
        Tensor input = arange(48, ScalarType.Float32).reshape(3, 16) / 50;
        for (int step = 0; step < steps; step++)
        {
            optimizer.ClearGradients();
            layer.forward(input).pow(2).sum().backward();
            optimizer.Step(0.05);
        }
    }

    private static float[] Values(nn.Module layer) => [.. layer.parameters().SelectMany(weight => weight.data<float>().ToArray())];
}
