using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Subloc.MLNet.Data;
using Subloc.MLNet.Evaluation;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Onnx.Tests.Scoring;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;
using Xunit.Abstractions;

namespace Subloc.MLNet.Onnx.Tests.Export;

[Collection(TorchTests.Name)]
public sealed class ExportOptionsTests(ITestOutputHelper output) : IDisposable
{
    private const double Tolerance = 2e-3;

    private static readonly ProteinOnnxExportOptions _halved = new() { Weights = WeightStorage.Int16 };
    private static readonly ProteinOnnxExportOptions _quartered = new() { Weights = WeightStorage.Int8 };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. SeedNetworks.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Export_WithWeightsOf16Bits_ScoresAlmostTheSameFromHalfTheFile(string name)
    {
        using ProteinNetworkModel model = RandomModel.Make(SeedNetworks.Get(name).Config);
        using var whole = new ExportedModel(model.AsTransformer());
        using var halved = new ExportedModel(model.AsTransformer(), _halved);
        byte[][] proteins = RandomModel.Proteins(5, 1, 7, 50, 399, 400, 401, 700, 1000);

        double worst = ScoredProteins.Difference(whole.Score(proteins), halved.Score(proteins));

        output.WriteLine($"{name}: {worst:E1}, {whole.Content.Length} and {halved.Content.Length} bytes");
        Assert.InRange(worst, 1e-9, Tolerance);
        Assert.InRange(halved.Content.Length, 0, 0.62 * whole.Content.Length);
    }

    [Fact]
    public void Export_WithClassOffsets_AddsThemToTheLogitsBeforeTheTemperature()
    {
        using ProteinNetworkModel model = RandomModel.Make(SeedNetworks.Get("cnn1").Config, 100);
        double[] offsets = [.. Enumerable.Range(0, RandomModel.Classes).Select(k => 0.3 * (k - 1))];
        using var plain = new ExportedModel(model.AsTransformer());
        using var moved = new ExportedModel(model.AsTransformer(), new ProteinOnnxExportOptions { ClassOffsets = offsets, Temperature = 2 });
        byte[][] proteins = RandomModel.Proteins(5, 1, 20, 100);

        float[][] expected = [.. plain.Score(proteins).Select(row => TemperatureScaling.Apply(ClassOffsets.Apply(row, offsets), row.Length, 2))];

        Assert.InRange(ScoredProteins.Difference(expected, moved.Score(proteins)), 0, 1e-5);
        Assert.Equal(offsets, OnnxModelInfo.Read(moved.Content, "moved").ClassOffsets);
        Assert.Contains("There are 1 offsets for", Assert.Throws<ArgumentException>(() => model.AsTransformer().ExportToOnnx(
            Stream.Null, new ProteinOnnxExportOptions { ClassOffsets = [1] })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.AsTransformer().ExportToOnnx(
            Stream.Null, new ProteinOnnxExportOptions { ClassOffsets = [.. offsets.Select(_ => double.NaN)] }));
    }

    [Fact]
    public void Export_OfATrainedNetworkWithWeightsOfFewBits_ScoresAlmostTheSame()
    {
        var context = new MLContext(seed: 1);
        IDataView proteins = context.Data.LoadSyntheticProteins(new SyntheticProteinOptions { Count = 400, MaxLength = 100 });
        IDataView labelled = context.Transforms.Conversion.MapValueToKey("Label").Fit(proteins).Transform(proteins);
        ITransformer trained = context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = 100 })
            .Append(context.MulticlassClassification.Trainers.ProteinNetwork(new ProteinNetworkOptions { Network = SeedNetworks.Get("resnet3").Config, Epochs = 6, Seed = 1, Threads = 1 }))
            .Fit(labelled);
        trained.ExportToOnnx(_folder.At("whole.onnx"));
        trained.ExportToOnnx(_folder.At("halved.onnx"), _halved);
        trained.ExportToOnnx(_folder.At("quartered.onnx"), _quartered);

        using var whole = context.Model.LoadProteinOnnx(_folder.At("whole.onnx"));
        using var halved = context.Model.LoadProteinOnnx(_folder.At("halved.onnx"));
        using var quartered = context.Model.LoadProteinOnnx(_folder.At("quartered.onnx"));
        float[][] Score(ITransformer model) => [.. model.Transform(proteins).GetColumn<float[]>("Score")];
        double worst = ScoredProteins.Difference(Score(whole), Score(halved)), worse = ScoredProteins.Difference(Score(whole), Score(quartered));
        long[] sizes = [.. ((string[])["whole", "halved", "quartered"]).Select(name => new FileInfo(_folder.At($"{name}.onnx")).Length)];

        output.WriteLine($"{worst:E1}, {worse:E1}, {string.Join(" ", sizes)} bytes");
        Assert.InRange(worst, 1e-9, Tolerance);
        Assert.InRange(worse, 2 * worst, 0.05);
        Assert.InRange(sizes[2], 0, 0.36 * sizes[0]);
    }

    [Fact]
    public void Export_WithWeightsOf16Bits_LeavesNoneOfThemToOnnxRuntime()
    {
        using ProteinNetworkModel model = RandomModel.Make(SeedNetworks.Get("resnet3").Config);
        using var halved = new ExportedModel(model.AsTransformer(), _halved);
        string optimized = _folder.At("optimized.onnx");
        using var options = new SessionOptions { OptimizedModelFilePath = optimized, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        new InferenceSession(halved.Content, options).Dispose();

        ModelProto stored = ModelProto.Parser.ParseFrom(halved.Content), loaded = ModelProto.Parser.ParseFrom(File.ReadAllBytes(optimized));

        Assert.Contains(stored.Graph.Initializer, tensor => tensor.DataType == (int)OnnxType.Int16);
        Assert.DoesNotContain(loaded.Graph.Initializer, tensor => tensor.DataType == (int)OnnxType.Int16);
    }

    // A row of the greatest numbers and a row of small ones each have a step of 1 / 32767, or 1 / 127, of their largest; zeros and a few odd numbers stay.
    [Theory]
    [InlineData(WeightStorage.Int16, 32767.0)]
    [InlineData(WeightStorage.Int8, 127.0)]
    public void Constant_OfFewBits_IsRoundedToAStepOfItsRow(WeightStorage storage, double steps)
    {
        var random = new Random(1);
        float[] values = [.. Enumerable.Range(0, 3000).Select(i => i < 1000 ? 3e38f * random.NextSingle() : i < 2000 ? random.NextSingle() - 0.5f : 0)];
        float[] odd = [float.NegativeInfinity, .. new float[2000]];
        var graph = new OnnxGraph { WeightStorage = storage };
        graph.Output("values", graph.Constant<float>(values, [3, 10, 100], "a"), OnnxType.Float, 3, 10, 100);
        graph.Output("odd", graph.Constant<float>(odd, [1, 2001], "b"), OnnxType.Float, 1, 2001);

        using var session = new InferenceSession(graph.ToBytes());
        using var results = session.Run(new RunOptions(), [], [], (string[])["values", "odd"]);

        float[] found = results[0].GetTensorDataAsSpan<float>().ToArray();
        for (int row = 0; row < 3; row++)
        {
            float[] one = values[(1000 * row)..(1000 * row + 1000)], other = found[(1000 * row)..(1000 * row + 1000)];
            double step = one.Max(Math.Abs) / steps;
            Assert.All(one.Zip(other), pair => Assert.InRange(Math.Abs((double)pair.First - pair.Second), 0, step * 0.51));
        }

        Assert.Equal(odd, results[1].GetTensorDataAsSpan<float>().ToArray());
    }

    [Fact]
    public void Export_WithATemperature_DividesLogitsByIt()
    {
        using ProteinNetworkModel model = RandomModel.Make(SeedNetworks.Get("cnn1").Config, 100);
        using var plain = new ExportedModel(model.AsTransformer());
        using var tempered = new ExportedModel(model.AsTransformer(), new ProteinOnnxExportOptions { Temperature = 2.5 });
        byte[][] proteins = RandomModel.Proteins(5, 1, 20, 100);

        float[][] expected = [.. plain.Score(proteins).Select(row => TemperatureScaling.Apply(row, row.Length, 2.5))];

        Assert.InRange(ScoredProteins.Difference(expected, tempered.Score(proteins)), 0, 1e-5);
        Assert.InRange(ScoredProteins.Difference(plain.Score(proteins), tempered.Score(proteins)), 0.05, 1);
        Assert.Equal(2.5, OnnxModelInfo.Read(tempered.Content, "tempered").Temperature);
        Assert.Equal(1, OnnxModelInfo.Read(plain.Content, "plain").Temperature);
    }

    [Fact]
    public void Export_WithAnOptionOutOfItsRange_IsRefused()
    {
        using ProteinNetworkModel model = RandomModel.Make(SeedNetworks.Get("cnn1").Config, 100, spread: false);
        using var stream = new MemoryStream();
        ProteinOnnxExportOptions[] bad =
        [
            new() { Weights = (WeightStorage)7 },
            new() { Temperature = 0 },
            new() { Temperature = double.NaN },
            new() { Temperature = 101 },
        ];

        Assert.All(bad, options => Assert.Throws<ArgumentOutOfRangeException>(() => model.AsTransformer().ExportToOnnx(stream, options)));
        Assert.Equal(0, stream.Length);
    }

    public void Dispose() => _folder.Dispose();
}
