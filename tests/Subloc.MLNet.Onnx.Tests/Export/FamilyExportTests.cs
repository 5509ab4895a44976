using Microsoft.ML;
using Subloc.MLNet.Data;
using Subloc.MLNet.Families;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Onnx.Scoring;
using Subloc.MLNet.Onnx.Tests.Scoring;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.Onnx.Tests.Export;

/// <summary>Families of exported networks speak as those of trained ones do.</summary>
[Collection(TorchTests.Name)]
public sealed class FamilyExportTests : IDisposable
{
    private const double Tolerance = 1e-4;

    private readonly MLContext _context = new(1);
    private readonly TemporaryFolder _folder = new();
    private readonly IDataView _data;

    public FamilyExportTests()
    {
        IDataView data = _context.Data.LoadSyntheticProteins(new SyntheticProteinOptions { Count = 200, Balance = 1 });
        data = _context.Transforms.Conversion.MapValueToKey(ColumnNames.Label).Fit(data).Transform(data);
        _data = _context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = 300 }).Fit(data).Transform(data);
    }

    [Fact]
    public void Export_OfFamilies_ScoresAsTorchSharpDoes()
    {
        using ProteinNetworkTransformer model = Fit(1, new FamilyOptions { Weight = 1 });

        List<float[]> expected = ScoredProteins.Scores(model.Transform(_data)), scores = Score([model], new ProteinOnnxExportOptions());

        Assert.True(ScoredProteins.Difference(expected[..^1], expected[1..]) > 0.3, "Families do not tell the proteins apart.");
        Assert.InRange(ScoredProteins.Difference(expected, scores), 0, Tolerance);
    }

    [Fact]
    public void Export_WithTemperature_TempersBothWords()
    {
        using ProteinNetworkTransformer model = Fit(1, new FamilyOptions { Weight = 1 });
        float[][] expected = [.. ScoredProteins.Scores(model.Transform(_data)).Select(row => Normalize([.. row.Select(value => MathF.Sqrt(value))]))];

        Assert.InRange(ScoredProteins.Difference(expected, Score([model], new ProteinOnnxExportOptions { Temperature = 2 })), 0, Tolerance);
    }

    [Fact]
    public void ExportAverage_WithAndWithoutFamilies_AveragesTheLogits()
    {
        using ProteinNetworkTransformer first = Fit(1, new FamilyOptions()), second = Fit(2, null), third = Fit(3, new FamilyOptions());
        List<float[]>[] all = [.. new[] { first, second, third }.Select(model => ScoredProteins.Scores(model.Transform(_data)))];
        float[][] expected = [.. Enumerable.Range(0, 200).Select(i => Normalize(
            [.. Enumerable.Range(0, all[0][i].Length).Select(k => MathF.Cbrt(all[0][i][k] * all[1][i][k] * all[2][i][k]))]))];

        Assert.InRange(ScoredProteins.Difference(expected, Score([first, second, third], new ProteinOnnxExportOptions())), 0, Tolerance);
    }

    [Fact]
    public void ExportAverage_OfSeedsThatStopEarlyByOtherProteins_HasOneSetOfFamilies()
    {
        using ProteinNetworkTransformer first = Fit(1, new FamilyOptions(), 0.1), second = Fit(2, new FamilyOptions(), 0.1);

        Assert.Equal(200, Score([first, second], new ProteinOnnxExportOptions()).Count);
    }

    [Fact]
    public void ExportAverage_OfDifferentFamilies_IsRefused()
    {
        using ProteinNetworkTransformer first = Fit(1, new FamilyOptions()), second = Fit(2, new FamilyOptions { Count = 5 });

        Assert.Contains("different families", Assert.Throws<ArgumentException>(() => Score([first, second], new ProteinOnnxExportOptions())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "lacks its families")]
    [InlineData("%", "families are cut off or damaged")]
    [InlineData("AAAA", "families are cut off or damaged")]
    public void Load_DamagedFamilies_IsRefused(string? text, string sentence)
    {
        using ProteinNetworkTransformer model = Fit(1, new FamilyOptions());
        model.ExportToOnnx(_folder.At("whole.onnx"));
        ModelProto file = ModelProto.Parser.ParseFrom(File.ReadAllBytes(_folder.At("whole.onnx")));
        EntryProto entry = file.MetadataProps.Single(entry => entry.Key == OnnxModelInfo.FamiliesKey);
        if (text is null)
            file.MetadataProps.Remove(entry);
        else
            entry.Value = text;
        File.WriteAllBytes(_folder.At("damaged.onnx"), Google.Protobuf.MessageExtensions.ToByteArray(file));

        var error = Assert.Throws<InvalidDataException>(() => _context.Transforms.ApplyProteinOnnx(_folder.At("damaged.onnx")).Fit(_data));

        Assert.Contains("damaged.onnx", error.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private ProteinNetworkTransformer Fit(int seed, FamilyOptions? families, double validation = 0) => _context.MulticlassClassification.Trainers.ProteinNetwork(new ProteinNetworkOptions
    {
        Network = new CnnConfig { Filters = [2], Hidden = [2] },
        Families = families,
        Epochs = 1,
        ValidationFraction = validation,
        Seed = seed,
        Device = "cpu",
    }).Fit(_data);

    private List<float[]> Score(ITransformer[] models, ProteinOnnxExportOptions options)
    {
        ProteinModelExport.ExportAverageToOnnx(models, _folder.At("m.onnx"), options);
        using ProteinOnnxTransformer exported = _context.Transforms.ApplyProteinOnnx(_folder.At("m.onnx")).Fit(_data);
        return ScoredProteins.Scores(exported.Transform(_data));
    }

    private static float[] Normalize(float[] values) => [.. values.Select(value => value / values.Sum())];
}
