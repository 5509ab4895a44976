using Microsoft.ML;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;

namespace Subloc.MLNet.Onnx.Tests.Export;

[Collection(TorchTests.Name)]
public sealed class AverageTests
{
    private const int Length = 120;

    private static readonly CnnConfig _flat = new() { Filters = [8, 8], Hidden = [6] };
    private static readonly SublocNetConfig _anyLength = new() { StemFilters = 4, Widths = [8], Heads = 2, Hidden = 8, Descriptors = null };

    [Fact]
    public void ExportAverage_OfSeveralNetworks_GivesTheGeometricMeanOfTheirProbabilities()
    {
        using ProteinNetworkModel one = RandomModel.Make(_anyLength, Length, ResidueInput.Embedding);
        using ProteinNetworkModel two = RandomModel.Make(new ResNetConfig { StemFilters = 8, Blocks = [new(8)], Hidden = [] }, Length);
        using ProteinNetworkModel three = RandomModel.Make(_anyLength with { Heads = 3, Descriptors = new DescriptorNetConfig { Heads = 2, Hidden = 16 } }, Length);
        byte[][] proteins = RandomModel.Proteins(5, 1, 7, 50, 119, 120);
        using var average = new ExportedModel(Export(one.AsTransformer(), two.AsTransformer(), three.AsTransformer()));

        float[][] found = average.Score(proteins);

        float[][][] parts = [one.Score(proteins), two.Score(proteins), three.Score(proteins)];
        for (int protein = 0; protein < proteins.Length; protein++)
        {
            double[] means = [.. Enumerable.Range(0, RandomModel.Classes).Select(k => Math.Exp(parts.Average(part => Math.Log(part[protein][k]))))];
            for (int k = 0; k < means.Length; k++)
                Assert.Equal(means[k] / means.Sum(), found[protein][k], 1e-4);
        }

        OnnxModelInfo info = OnnxModelInfo.Read(average.Content, "average");
        Assert.Equal((3, one.ParameterCount + two.ParameterCount + three.ParameterCount), (info.Networks, info.ParameterCount));
    }

    [Fact]
    public void ExportAverage_InInt8_ScoresNearlyAsInFloat32()
    {
        using ProteinNetworkModel one = RandomModel.Make(_anyLength, Length, ResidueInput.Embedding);
        using ProteinNetworkModel two = RandomModel.Make(new ResNetConfig { StemFilters = 8, Blocks = [new(8)], Hidden = [] }, Length);
        byte[][] proteins = RandomModel.Proteins(5, 1, 7, 50, 119, 120);
        var options = new ProteinOnnxExportOptions
        {
            Precision = OnnxPrecision.Int8,
            Calibration = RandomModel.Encode(RandomModel.Proteins(9, [.. Enumerable.Range(20, 60)]), Length),
        };
        using var exact = new ExportedModel(Export(one.AsTransformer(), two.AsTransformer()));
        using var average = new ExportedModel(Export(options, one.AsTransformer(), two.AsTransformer()));

        double[] differences = [.. exact.Score(proteins).Zip(average.Score(proteins)).Select(rows => rows.First.Zip(rows.Second).Max(pair => Math.Abs(pair.First - pair.Second)))];

        Assert.InRange(differences.Average(), 1e-6, 0.05);
        OnnxModelInfo info = OnnxModelInfo.Read(average.Content, "average");
        Assert.Equal((2, OnnxPrecision.Int8), (info.Networks, info.Precision));

        // No convolution of either network is left in float32.
        ModelProto file = ModelProto.Parser.ParseFrom(average.Content);
        HashSet<string> rounded = [.. file.Graph.Node.Where(node => node.OpType == "DequantizeLinear").Select(node => node.Output[0])];
        NodeProto[] convolutions = [.. file.Graph.Node.Where(node => node.OpType == "Conv")];
        Assert.Equal(ModelProto.Parser.ParseFrom(exact.Content).Graph.Node.Count(node => node.OpType == "Conv"), convolutions.Length);
        Assert.All(convolutions, node => Assert.All(node.Input, value => Assert.Contains(value, rounded)));
    }

    [Fact]
    public void ExportAverage_OfNetworksSomeWithAttention_GivesTheMeanOfTheirAttention()
    {
        using ProteinNetworkModel one = RandomModel.Make(new LightAttentionConfig { Filters = 8 }, Length);
        using ProteinNetworkModel two = RandomModel.Make(new LightAttentionConfig { Filters = 16, Kernel = 3 }, Length);
        using ProteinNetworkModel without = RandomModel.Make(new ResNetConfig { StemFilters = 4, Blocks = [new(4)], Hidden = [] }, Length);
        byte[][] proteins = RandomModel.Proteins(5, 1, 7, 50, 119, 120);
        using var first = new ExportedModel(one.AsTransformer());
        using var second = new ExportedModel(two.AsTransformer());
        using var average = new ExportedModel(Export(one.AsTransformer(), without.AsTransformer(), two.AsTransformer()));

        float[][] found = average.Score(proteins, output: "attention");

        float[][] parts = [.. first.Score(proteins, output: "attention").Zip(second.Score(proteins, output: "attention"), (a, b) => (float[])[.. a.Zip(b, (x, y) => (x + y) / 2)])];
        Assert.All(found.Zip(parts), rows => Assert.All(rows.First.Zip(rows.Second), pair => Assert.Equal(pair.Second, pair.First, 1e-5)));
        Assert.DoesNotContain(ModelProto.Parser.ParseFrom(Export(without.AsTransformer(), without.AsTransformer())).Graph.Output, value => value.Name == "attention");
    }

    [Fact]
    public void ExportAverage_OfNetworksThatShareAPart_CalculatesItOnce()
    {
        using ProteinNetworkModel one = RandomModel.Make(new DescriptorNetConfig { Hidden = 5 }, Length);
        using ProteinNetworkModel two = RandomModel.Make(new DescriptorNetConfig { Hidden = 6 }, Length);

        GraphProto alone = ModelProto.Parser.ParseFrom(Export(one.AsTransformer())).Graph, both = ModelProto.Parser.ParseFrom(Export(one.AsTransformer(), two.AsTransformer())).Graph;

        int CountOf(GraphProto graph, string type) => graph.Node.Count(node => node.OpType == type);
        Assert.Equal(CountOf(alone, "Conv"), CountOf(both, "Conv"));
        Assert.Equal(CountOf(alone, "Relu") + 4, CountOf(both, "Relu")); // the heads
    }

    [Fact]
    public void ExportAverage_OfANetworkThatCountsTwice_HasItsParametersOnce()
    {
        using ProteinNetworkModel one = RandomModel.Make(_anyLength, Length);
        using ProteinNetworkModel copy = RandomModel.Make(_anyLength, Length);
        using ProteinNetworkModel otherWeights = RandomModel.Make(_anyLength, Length, spread: false);

        OnnxModelInfo average = OnnxModelInfo.Read(Export(one.AsTransformer(), otherWeights.AsTransformer(), copy.AsTransformer()), "average");

        Assert.Equal((3, 2 * one.ParameterCount), (average.Networks, average.ParameterCount));
    }

    [Fact]
    public void ExportAverage_OfOneNetwork_IsThatNetwork()
    {
        using ProteinNetworkModel model = RandomModel.Make(_anyLength, Length);
        using var alone = new ExportedModel(model.AsTransformer());

        Assert.Equal(alone.Content, Export(model.AsTransformer()));
    }

    [Fact]
    public void ExportAverage_OfNetworksThatDoNotGoTogether_SaysWhy()
    {
        using ProteinNetworkModel one = RandomModel.Make(_anyLength, Length);
        using ProteinNetworkModel longer = RandomModel.Make(_anyLength, Length + 1);
        using ProteinNetworkModel channels = RandomModel.Make(_anyLength, Length, input: null);
        using ProteinNetworkModel flat = RandomModel.Make(_flat, Length);

        AssertRefused("Name at least one model");
        AssertRefused("Model 2 cannot be averaged with the first one, because it has inputs of 121 positions instead of 120.", one, longer);
        AssertRefused("Model 3 cannot be averaged with the first one, because it has another encoding.", one, one, channels);
        AssertRefused("because it has a network that reads padding differently.", one, flat);
    }

    private static void AssertRefused(string sentence, params ProteinNetworkModel[] models) => Assert.Contains(
        sentence,
        Assert.Throws<ArgumentException>(() => Export([.. models.Select(model => model.AsTransformer())])).Message,
        StringComparison.Ordinal);

    private static byte[] Export(params ITransformer[] models) => Export(new ProteinOnnxExportOptions(), models);

    private static byte[] Export(ProteinOnnxExportOptions options, params ITransformer[] models)
    {
        using var stream = new MemoryStream();
        ProteinModelExport.ExportAverageToOnnx(models, stream, options);
        return stream.ToArray();
    }
}
