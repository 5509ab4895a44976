using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Onnx.Export.Int8;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Xunit.Abstractions;

namespace Subloc.MLNet.Onnx.Tests.Export;

/// <summary>Networks that calculate with bytes.</summary>
[Collection(TorchTests.Name)]
public sealed class Int8Tests(ITestOutputHelper output)
{
    private const int Length = 200;

    private static readonly byte[][] _proteins = RandomModel.Proteins(5, 1, 2, 7, 16, 17, 60, 100, 151, 160, 199, Length);

    public static TheoryData<string> Names => [.. SeedNetworks.Names];

    public static TheoryData<NetworkConfig> Families =>
    [
        new LightAttentionConfig { Filters = 16, Stem = [16] },
        new DeepLocConfig { Filters = 4, JoinedFilters = 16, LstmUnits = 16, AttentionUnits = 16, Hidden = [16] },
        new TransformerConfig { Width = 32, Layers = 2, BlockHidden = 64, Window = 8, Hidden = [16] },
        new SublocNetConfig { StemFilters = 8, Widths = [16, 24], Heads = 3, Hidden = 16 },
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Export_InInt8_ScoresNearlyAsTorchSharpDoes(string name)
    {
        using ProteinNetworkModel model = RandomModel.Make(SeedNetworks.Get(name).Config, Length);
        using ExportedModel exported = Export(model);

        double[] differences = Differences(model, exported);

        output.WriteLine($"{name}: {differences.Average():F4} on average, {differences.Max():F4} at most");
        Assert.InRange(differences.Average(), 1e-6, 0.1);
    }

    [Theory]
    [InlineData("cnn1")]
    [InlineData("cnn-lstm")]
    [InlineData("resnet1")]
    [InlineData("resnet3")]
    public void Export_InInt8_ScoresAProteinTheSameInEveryBatch(string name) => AssertSameInEveryBatch(SeedNetworks.Get(name).Config);

    [Theory]
    [MemberData(nameof(Families))]
    public void Export_OfANetworkWithAttentionInInt8_GivesNearlyTheScoresAndTheAttentionOfFloat32(NetworkConfig config)
    {
        using ProteinNetworkModel model = RandomModel.Make(config, Length);
        using var exact = new ExportedModel(model.AsTransformer());
        using ExportedModel exported = Export(model);

        double[] scores = Differences(exact.Score(_proteins), exported.Score(_proteins));

        output.WriteLine($"scores: {scores.Average():F4} on average, {scores.Max():F4} at most");
        Assert.InRange(scores.Average(), 1e-6, 0.05);
        Assert.Equal(config.GivesAttention, HasAttention(exact));
        Assert.Equal(config.GivesAttention, HasAttention(exported));
        if (!config.GivesAttention)
            return;
        float[][] found = exported.Score(_proteins, output: "attention");
        float[][] expected = exact.Score(_proteins, output: "attention");
        float[][] flat = [.. _proteins.Select(protein => (float[])[.. Enumerable.Range(0, Length).Select(i => i < protein.Length ? 1f / protein.Length : 0)])];
        (double differs, double tells) = (Differences(expected, found).Average(), Differences(expected, flat).Average());
        output.WriteLine($"attention: {differs:E1} on average, where a flat one differs by {tells:E1}");
        Assert.InRange(differs, 0, 0.2 * tells);
        Assert.All(found.Zip(_proteins), row => Assert.Equal(1, row.First[..row.Second.Length].Sum(), 1e-4));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Export_OfANetworkWithAttentionInInt8_ScoresAProteinTheSameInEveryBatch(NetworkConfig config) => AssertSameInEveryBatch(config);

    [Fact]
    public void Export_InInt8_MakesASmallFileOfStandardOperatorsThatSaysSo()
    {
        using ProteinNetworkModel model = RandomModel.Make(SeedNetworks.Get("resnet1").Config, Length);
        using var exact = new ExportedModel(model.AsTransformer());
        using ExportedModel exported = Export(model);

        ModelProto file = ModelProto.Parser.ParseFrom(exported.Content);

        Assert.InRange(exported.Content.Length, 1, exact.Content.Length / 3);
        Assert.All(file.Graph.Node, node => Assert.Empty(node.Domain));
        Assert.Equal(OnnxGraph.OperatorSet, Assert.Single(file.OpsetImport).Version);
        Assert.Equal(OnnxPrecision.Int8, OnnxModelInfo.Read(exported.Content, "int8").Precision);
        Assert.Equal(OnnxPrecision.Float32, OnnxModelInfo.Read(exact.Content, "float32").Precision);
    }

    [Theory]
    [InlineData(1, 20)]
    [InlineData(3, 32)]
    public void Export_OfAnLstmInInt8_UsesAnOperatorOfOnnxRuntime(int layers, int hidden)
    {
        using ProteinNetworkModel model = RandomModel.Make(new CnnLstmConfig { Layers = layers, Hidden = hidden }, Length);
        using ExportedModel exported = Export(model);

        ModelProto file = ModelProto.Parser.ParseFrom(exported.Content);

        Assert.Equal(layers, file.Graph.Node.Count(node => node is { OpType: "DynamicQuantizeLSTM", Domain: "com.microsoft" }));
        Assert.DoesNotContain(file.Graph.Node, node => node.OpType == "LSTM");
        Assert.Equal("com.microsoft", file.OpsetImport[1].Domain);
        Assert.InRange(Differences(model, exported).Average(), 1e-6, 0.05);
    }

    [Fact]
    public void Export_OfAnLstmThatReadsPaddingInInt8_ScoresAProteinTheSameInEveryBatch() =>
        AssertSameInEveryBatch(new CnnLstmConfig { SeedFaithful = true, Layers = 2, Hidden = 20 });

    // Only processors without VNNI have short sums, so that the others cannot fail.
    [Theory]
    [MemberData(nameof(Names))]
    public void Export_InInt8_ScoresTheSameWithShortSums(string name) => AssertSameWithShortSums(SeedNetworks.Get(name).Config);

    [Theory]
    [MemberData(nameof(Families))]
    public void Export_OfANetworkWithAttentionInInt8_ScoresTheSameWithShortSums(NetworkConfig config) => AssertSameWithShortSums(config);

    [Fact]
    public void Export_InInt8WithoutProteins_IsRefused()
    {
        using ProteinNetworkModel model = RandomModel.Make(new CnnConfig(), Length);

        var error = Assert.Throws<ArgumentException>(() => model.AsTransformer().ExportToOnnx(new MemoryStream(), new ProteinOnnxExportOptions { Precision = OnnxPrecision.Int8 }));

        Assert.Contains("Calibration", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Export(model, []));
    }

    [Theory]
    [InlineData(WeightStorage.Int16)]
    [InlineData(WeightStorage.Int8)]
    public void Export_InInt8WithShortWeights_KeepsThoseThatCalculateAsNumbersShort(WeightStorage storage)
    {
        using ProteinNetworkModel model = RandomModel.Make(new SublocNetConfig { StemFilters = 8, Widths = [16, 24], Heads = 3, Hidden = 16 }, Length);
        var options = new ProteinOnnxExportOptions { Precision = OnnxPrecision.Int8, Calibration = RandomModel.Encode(_proteins, Length) };
        using var whole = new ExportedModel(model.AsTransformer(), options);
        using var shortened = new ExportedModel(model.AsTransformer(), options with { Weights = storage });

        Assert.InRange(shortened.Content.Length, 1, 0.7 * whole.Content.Length);
        Assert.All(
            ModelProto.Parser.ParseFrom(shortened.Content).Graph.Initializer.Where(tensor => tensor.DataType == (int)OnnxType.Float && tensor.RawData.Length >= 4096),
            tensor => Assert.Single(tensor.Dims));
        Assert.InRange(Differences(whole.Score(_proteins), shortened.Score(_proteins)).Average(), 1e-7, 0.02);
    }

    [Fact]
    public void Export_OfATransformerInInt8_CalculatesItsDenseLayersOfPositionsWithBytes()
    {
        using ProteinNetworkModel model = RandomModel.Make(new TransformerConfig { Width = 32, Layers = 3, BlockHidden = 64, Window = 8, Hidden = [16] }, Length);
        using ExportedModel exported = Export(model);

        GraphProto graph = ModelProto.Parser.ParseFrom(exported.Content).Graph;
        ILookup<string, NodeProto> makers = graph.Node.SelectMany(node => node.Output, (node, name) => (node, name)).ToLookup(pair => pair.name, pair => pair.node);
        NodeProto[] dense = [.. graph.Node.Where(node => node.OpType == "Gemm")];

        Assert.Equal(3 * 4, dense.Count(node => node.Input.All(input => makers[input].SingleOrDefault()?.OpType == "DequantizeLinear")));
        Assert.Equal(2, dense.Count(node => node.Input.All(input => makers[input].SingleOrDefault()?.OpType != "DequantizeLinear")));
    }

    [Fact]
    public void Export_OfATransformer_UsesAttentionOfOnnxRuntimeInInt8AndStandardOperatorsInFloat32()
    {
        using ProteinNetworkModel model = RandomModel.Make(new TransformerConfig { Width = 32, Layers = 3, BlockHidden = 64, Window = 8, Hidden = [16] }, Length);
        using var exact = new ExportedModel(model.AsTransformer());
        using ExportedModel rounded = Export(model);

        ModelProto file = ModelProto.Parser.ParseFrom(rounded.Content);

        Assert.Equal(3, file.Graph.Node.Count(node => node is { OpType: "MultiHeadAttention", Domain: "com.microsoft" }));
        Assert.Equal(6, file.Graph.Node.Count(node => node is { OpType: "RotaryEmbedding", Domain: "com.microsoft" }));
        Assert.Equal(["", "com.microsoft"], file.OpsetImport.Select(set => set.Domain));
        Assert.All(ModelProto.Parser.ParseFrom(exact.Content).Graph.Node, node => Assert.Empty(node.Domain));
        Assert.InRange(Differences(exact.Score(_proteins), rounded.Score(_proteins)).Average(), 1e-7, 0.05);
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        using ProteinNetworkModel model = RandomModel.Make(new CnnConfig(), Length);
        using ProteinNetworkTransformer transformer = model.AsTransformer();

        Assert.Equal(new ProteinOnnxExportOptions { Precision = OnnxPrecision.Float32, Calibration = null, CalibrationCount = 256 }, new ProteinOnnxExportOptions());
        Assert.Throws<ArgumentOutOfRangeException>(() => transformer.ExportToOnnx(new MemoryStream(), new ProteinOnnxExportOptions { CalibrationCount = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => transformer.ExportToOnnx(new MemoryStream(), new ProteinOnnxExportOptions { Precision = (OnnxPrecision)2 }));
    }

    [Fact]
    public void Weights_OfARow_HaveItsScaleAndTheBiasTheirs()
    {
        var rounded = Int8Weights.Of([127, -31.4f, 0, 0.5f], [10, -1], step: 0.5f);

        Assert.Equal<sbyte>([127, -31, 0, 127], rounded.Bytes);
        Assert.Equal([1, 0.5f / 127], rounded.Scales);
        Assert.Equal([20, -508], rounded.Sums);
        Assert.Equal([0.5f, 0.25f / 127], rounded.SumScales);
    }

    [Fact]
    public void Weights_OfNeighboursOfOneSign_FitTogetherInto16Bits()
    {
        // Two channels at three positions; ONNX Runtime takes both channels of a position as neighbours.
        float[] filter = [1, -2, 3, 1, -2, 0.5f];

        var rounded = Int8Weights.Of(filter, [0], step: 1, positions: 3);
        var dense = Int8Weights.Of(filter, [0], step: 1);

        Assert.Equal(4f / 128, rounded.Scales[0]); // -2 and -2
        Assert.Equal<sbyte>([32, -64, 96, 32, -64, 16], rounded.Bytes);
        Assert.Equal(4f / 128, dense.Scales[0]); // 3 and 1
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void Weights_AtRandom_NeverLeave16Bits(int positions)
    {
        var random = new Random(1);
        const int rows = 50;
        int channels = 26, width = channels * positions;
        float[] numbers = [.. Enumerable.Range(0, rows * width).Select(_ => (float)(random.NextDouble() - 0.5))];

        sbyte[] bytes = Int8Weights.Of(numbers, new float[rows], step: 1, positions).Bytes;

        for (int row = 0; row < rows; row++)
        {
            sbyte[] inOrder = [.. Enumerable.Range(0, width).Select(i => bytes[(row * width) + (i % channels * positions) + (i / channels)])];
            Assert.All(inOrder.Chunk(2), two => Assert.InRange(byte.MaxValue * two.Where(weight => weight > 0).Sum(weight => weight), 0, short.MaxValue));
            Assert.All(inOrder.Chunk(2), two => Assert.InRange(byte.MaxValue * two.Where(weight => weight < 0).Sum(weight => weight), short.MinValue, 0));
        }
    }

    [Fact]
    public void Weights_BesideALargeBias_LeaveItRoom()
    {
        var rounded = Int8Weights.Of([1e-20f], [-3], step: 0.1f);

        Assert.Equal(-3, rounded.Sums[0] * rounded.SumScales[0], 1e-4);
    }

    [Theory]
    [InlineData(0, 2.55f, 0.01f, 0)]
    [InlineData(0.5f, 2.55f, 0.01f, 0)]
    [InlineData(-1, 1.55f, 0.01f, 100)]
    [InlineData(-2.55f, -1, 0.01f, 255)]
    [InlineData(0, 0, 1, 0)]
    public void Scale_OfARange_CoversItAndZero(float least, float greatest, float scale, byte zero)
    {
        var found = Int8Scale.Of(least, greatest);

        Assert.Equal(scale, found.Scale, 1e-6);
        Assert.Equal(zero, found.Zero);
        Assert.Equal(zero, found.Round(0));
        Assert.Equal(255, found.Round(1000));
    }

    private static double[] Differences(ProteinNetworkModel model, ExportedModel exported) => Differences(model.Score(_proteins), exported.Score(_proteins));

    private static double[] Differences(float[][] expected, float[][] found) =>
        [.. expected.Zip(found).Select(rows => rows.First.Zip(rows.Second).Max(pair => Math.Abs(pair.First - pair.Second)))];

    private static bool HasAttention(ExportedModel exported) =>
        ModelProto.Parser.ParseFrom(exported.Content).Graph.Output.Any(value => value.Name == "attention");

    private static void AssertSameInEveryBatch(NetworkConfig config)
    {
        using ProteinNetworkModel model = RandomModel.Make(config, Length);
        using ExportedModel exported = Export(model);
        byte[][] shorter = [.. _proteins.Where(protein => protein.Length < 160)];

        float[][] alone = [.. shorter.Select(protein => exported.Score([protein])[0])];

        foreach (int extra in new[] { 0, 1, 3, 40 })
            Assert.All(alone.Zip(exported.Score(shorter, extra)), rows => Assert.All(rows.First.Zip(rows.Second), pair => Assert.Equal(pair.First, pair.Second, 1e-5)));
    }

    private static void AssertSameWithShortSums(NetworkConfig config)
    {
        using ProteinNetworkModel model = RandomModel.Make(config, Length);
        using ExportedModel exported = Export(model);
        using var precise = new ExportedModel(exported.Content, takesLongSums: true);

        Assert.True(OnnxModelInfo.Read(exported.Content, "int8").HasShortSums);
        Assert.All(precise.Score(_proteins).Zip(exported.Score(_proteins)), rows => Assert.All(rows.First.Zip(rows.Second), pair => Assert.Equal(pair.First, pair.Second, 1e-5)));
    }

    private static ExportedModel Export(ProteinNetworkModel model) => Export(model, RandomModel.Proteins(9, [.. Enumerable.Range(0, 60).Select(i => 20 + 3 * i)]));

    private static ExportedModel Export(ProteinNetworkModel model, byte[][] proteins) => new(
        model.AsTransformer(), new ProteinOnnxExportOptions { Precision = OnnxPrecision.Int8, Calibration = RandomModel.Encode(proteins, Length) });
}
