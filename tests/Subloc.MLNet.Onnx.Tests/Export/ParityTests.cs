using Microsoft.ML.OnnxRuntime;
using Subloc.MLNet.Onnx.Tests.Scoring;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Xunit.Abstractions;

namespace Subloc.MLNet.Onnx.Tests.Export;

/// <summary>Exported networks give what TorchSharp gives, in any batch.</summary>
[Collection(TorchTests.Name)]
public sealed class ParityTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-4;

    private static readonly int[] _lengths = [1, 7, 399, 400, 401, 1000];

    public static TheoryData<string> Names => [.. NetworkPresets.Names];

    public static TheoryData<string, ResidueInput> Inputs
    {
        get
        {
            var data = new TheoryData<string, ResidueInput>();
            foreach (string name in new[] { "cnn1", "cnn-lstm", "resnet3" })
                foreach (ResidueInput input in new[] { ResidueInput.Blosum62, ResidueInput.Embedding })
                    data.Add(name, input);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Export_OfANamedNetwork_ScoresAsTorchSharpDoes(string name) =>
        AssertAlike(name, RandomModel.Make(NetworkPresets.Get(name).Config));

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Export_OfAnyResidueInput_ScoresAsTorchSharpDoes(string name, ResidueInput input) =>
        AssertAlike($"{name}, {input}", RandomModel.Make(NetworkPresets.Get(name).Config, input: input));

    [Fact]
    public void Export_OfAnLstmThatReadsPadding_ScoresAsTorchSharpDoes() =>
        AssertAlike("cnn-lstm, seed-faithful", RandomModel.Make(new CnnLstmConfig { SeedFaithful = true, Layers = 1 }, 40), 40);

    [Theory]
    [InlineData(997, 5, 4)]
    [InlineData(998, 4, 7)]
    [InlineData(999, 2, 1)]
    [InlineData(1001, 8, 6)]
    public void Export_OfUnusualWindows_ScoresAsTorchSharpDoes(int length, int kernel, int lstmKernel)
    {
        var residual = new ResNetConfig { StemFilters = 8, StemKernel = kernel, Blocks = [new(8), new(12, 3), new(12, 4)], Hidden = [] };
        AssertAlike("resnet", RandomModel.Make(residual, length), length);
        var recurrent = new CnnLstmConfig { Filters = [8, 8, 8], Kernel = lstmKernel, Hidden = 6, Layers = 3 };
        AssertAlike("cnn-lstm", RandomModel.Make(recurrent, length), length);
        var flat = new CnnConfig { Filters = [8, 8], Kernel = kernel, Hidden = [] };
        AssertAlike("cnn", RandomModel.Make(flat, length), length);
        var mixed = new DeepLocConfig { Kernels = [kernel, lstmKernel, 2], Filters = 6, JoinedFilters = 8, LstmUnits = 6, AttentionUnits = 5, Hidden = [] };
        AssertAlike("deeploc", RandomModel.Make(mixed, length), length);
        var attending = new TransformerConfig { Width = 24, Heads = 3, Layers = 3, GlobalEvery = 3, Window = kernel, StemKernel = lstmKernel, StemStride = 3, Poolings = 1 };
        AssertAlike("transformer", RandomModel.Make(attending, length), length);
    }

    [Fact]
    public void Export_OfAFlatNetwork_ScoresAsTorchSharpDoesWhateverLengthTheBatchHas()
    {
        const int Length = 60;

        using ProteinNetworkModel model = RandomModel.Make(new CnnConfig { Filters = [8, 8, 8], Kernel = 4, Hidden = [6] }, Length);
        using var exported = new ExportedModel(model.AsTransformer());
        byte[][] proteins = RandomModel.Proteins(7, [.. Enumerable.Range(1, Length)]);
        foreach ((byte[] protein, float[] expected) in proteins.Zip(model.Score(proteins)))
            Assert.All(expected.Zip(exported.Score([protein])[0]), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    [Theory]
    [InlineData(1000, 3, 2)]
    [InlineData(1001, 4, 0)]
    public void Export_OfSublocNet_ScoresAsTorchSharpDoes(int length, int kernel, int blocks)
    {
        var config = new SublocNetConfig { StemFilters = 8, Widths = [16, 24, 12], Kernel = kernel, Blocks = blocks, Heads = 3 };
        AssertAlike("subloc", RandomModel.Make(config, length), length);
        AssertAlike("subloc, embedding", RandomModel.Make(config with { Descriptors = null }, length, ResidueInput.Embedding), length);
    }

    [Fact]
    public void Export_OfDescriptorNet_ScoresAsTorchSharpDoes() =>
        AssertAlike("descriptors", RandomModel.Make(new DescriptorNetConfig { Heads = 3, Hidden = 20 }, 1000), 1000);

    [Theory]
    [InlineData(9)]
    [InlineData(4)]
    [InlineData(1)]
    public void Export_OfLightAttention_ScoresAsTorchSharpDoes(int kernel)
    {
        AssertAlike("light-attention", RandomModel.Make(new LightAttentionConfig { Kernel = kernel, Filters = 33 }));
        AssertAlike("light-attention, embedding", RandomModel.Make(new LightAttentionConfig { Kernel = kernel }, input: ResidueInput.Embedding));
    }

    [Fact]
    public void Export_OfAnMlp_ScoresAsTorchSharpDoes() =>
        AssertAlike("mlp", RandomModel.Make(new MlpConfig { Hidden = [30, 20] }));

    [Theory]
    [InlineData("light-attention")]
    [InlineData("deeploc")]
    [InlineData("subloc")]
    [InlineData("transformer")]
    public void Export_OfANetworkWithAttention_GivesWeightsThatAddUpToOneOverResiduesOnly(string name)
    {
        using ProteinNetworkModel model = RandomModel.Make(NetworkPresets.Get(name).Config, 100);
        using var exported = new ExportedModel(model.AsTransformer());
        byte[] tokens = [.. RandomModel.Proteins(1, 19)[0], .. new byte[11]];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(tokens, [1, 30]);

        float[] attention = exported.Run(["tokens"], [input], "attention")[0];

        Assert.Equal(30, attention.Length);
        Assert.Equal(1, attention.Sum(), 5);
        Assert.All(attention[..19], weight => Assert.True(weight > 0));
        Assert.All(attention[19..], weight => Assert.Equal(0, weight));
    }

    [Theory]
    [InlineData("cnn1")]
    [InlineData("cnn-lstm")]
    [InlineData("resnet3")]
    [InlineData("mlp")]
    [InlineData("light-attention")]
    [InlineData("light-attention-head")]
    [InlineData("deeploc")]
    [InlineData("transformer")]
    public void Export_OfChannels_ScoresAsTorchSharpDoes(string name)
    {
        using ProteinNetworkModel model = RandomModel.Make(
            name switch
            {
                "mlp" => new MlpConfig(),
                "light-attention-head" => new LightAttentionConfig(),
                _ => NetworkPresets.Get(name).Config,
            },
            400,
            input: null);
        using var exported = new ExportedModel(model.AsTransformer());
        int channels = model.Shape.Channels;
        var random = new Random(1);
        float[][] proteins = [.. new[] { 1, 7, 399, 400, 33 }.Select(length => Values(random, length * channels))];

        float[][] expected = model.ScoreChannels(proteins);

        double worst = proteins.Index().Max(protein => Difference([expected[protein.Index]], exported.Score([protein.Item], channels)));
        worst = Math.Max(worst, Difference(expected, exported.Score(proteins, channels)));
        worst = Math.Max(worst, Difference(expected[..2], exported.Score(proteins[..2], channels, extra: 90)));
        output.WriteLine($"{name}: {worst:E1}");
        Assert.InRange(worst, 0, Tolerance);
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.3f)];

    private static double Difference(float[][] expected, float[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return ScoredProteins.Difference(expected, actual);
    }

    private void AssertAlike(string name, ProteinNetworkModel model, int longest = 1000)
    {
        using (model)
        {
            using var exported = new ExportedModel(model.AsTransformer());
            byte[][] proteins = RandomModel.Proteins(5, [.. _lengths.Concat([2, 3, 16, 17, 395, Math.Min(longest, 1000)]).Where(length => length <= longest)]);
            float[][] expected = model.Score(proteins);
            Assert.True(Difference(expected[..^1], expected[1..]) > 0.05, "The network does not tell the proteins apart.");

            double alone = proteins.Index().Max(protein => Difference([expected[protein.Index]], exported.Score([protein.Item])));
            double together = Difference(expected, exported.Score(proteins));
            int limit = Math.Min(402, longest);
            byte[][] shorter = [.. proteins.Where(protein => protein.Length < limit)];
            float[][] ofShorter = [.. expected.Where((_, i) => proteins[i].Length < limit)];
            double padded = new[] { 1, 2, 3, 5, 14, 200 }.Where(extra => shorter.Max(protein => protein.Length) + extra <= longest).Max(extra => Difference(ofShorter, exported.Score(shorter, extra)));

            output.WriteLine($"{name}: alone {alone:E1}, together {together:E1}, with more padding {padded:E1}");
            Assert.InRange(Math.Max(alone, Math.Max(together, padded)), 0, Tolerance);
        }
    }
}
