using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.Onnx.Tests.Scoring;

/// <summary>ML.NET's own scorer of ONNX models runs exported ones.</summary>
[Collection(TorchTests.Name)]
public sealed class OnnxTransformerTests : IDisposable
{
    private const int Length = 100;

    private readonly MLContext _context = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("cnn1")]
    [InlineData("cnn-lstm")]
    [InlineData("resnet3")]
    public void ApplyOnnxModel_OnEncodedProteins_GivesWhatApplyProteinOnnxGives(string network)
    {
        string path = _folder.At("m.onnx");
        using (ProteinNetworkTransformer model = RandomModel.Make(SeedNetworks.Get(network).Config, Length).AsTransformer())
            model.ExportToOnnx(path);
        IDataView proteins = ScoredProteins.Load(_context, ScoredProteins.Random(60, 150));

        // A token's key is the model's token: no conversion is needed but the column's name, and one protein of the full length is a batch.
        var shapes = new Dictionary<string, int[]> { ["tokens"] = [1, Length] };
        var pipeline = _context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = Length })
            .Append(_context.Transforms.ApplyProteinOnnx(path))
            .Append(_context.Transforms.CopyColumns("tokens", "Features"))
            .Append(_context.Transforms.ApplyOnnxModel("probabilities", "tokens", path, shapes));
        IDataView scored = pipeline.Fit(proteins).Transform(proteins);

        float[][] expected = [.. scored.GetColumn<float[]>("Score")];
        float[][] found = [.. scored.GetColumn<float[]>("probabilities")];
        Assert.Equal(60, found.Length);
        Assert.All(expected.Zip(found), pair => ScoredProteins.AssertNear(pair.First, pair.Second));
        Assert.True(expected.Max(row => row[0]) - expected.Min(row => row[0]) > 0.01, "The network does not tell the proteins apart.");
    }

    public void Dispose() => _folder.Dispose();
}
