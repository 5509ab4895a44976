using Microsoft.ML.OnnxRuntime;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Scoring;

namespace Subloc.MLNet.Onnx.Tests.Export;

/// <summary>Networks of the user's own.</summary>
[Collection(TorchTests.Name)]
public sealed class OwnNetworkTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Export_OfANetworkWithTheHook_GivesScoresAndAttention(bool isFixed)
    {
        using ProteinNetworkModel model = RandomModel.Make(new OwnNetworkConfig { IsFixed = isFixed }, 90, ResidueInput.Blosum62);
        using var exported = new ExportedModel(model.AsTransformer());
        byte[][] proteins = RandomModel.Proteins(2, 5, 30, 61);

        float[][] scores = exported.Score(proteins, extra: 9);

        foreach ((float[] expected, float[] actual) in model.Score(proteins).Zip(scores))
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        var tokens = new byte[3 * 70];
        for (int i = 0; i < 3; i++)
            proteins[i].CopyTo(tokens, i * 70);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(tokens, [3, 70]);
        float[][] attention = exported.Run(["tokens"], [input], "attention");
        Assert.All(attention, row => Assert.Equal(70, row.Length));
        Assert.All(attention, row => Assert.Equal(1, row.Sum(), 1e-4));
        Assert.All(attention.Zip(proteins), row => Assert.All(row.First[row.Second.Length..], weight => Assert.Equal(0, weight)));
    }

    [Fact]
    public void Export_OfANetworkWithoutTheHook_IsRefusedInOneSentence()
    {
        using ProteinNetworkModel model = RandomModel.Make(new SilentNetworkConfig(), 90, spread: false);

        var error = Assert.Throws<NotSupportedException>(() => model.AsTransformer().ExportToOnnx(new MemoryStream()));

        Assert.Equal(
            "The network 'own-silent' cannot be exported to ONNX, because its module SilentNetwork does not implement IOnnxNetwork; implement it there.",
            error.Message);
    }

    [Fact]
    public void Export_OfADisposedModel_IsRefused()
    {
        ProteinNetworkTransformer transformer = RandomModel.Make(new OwnNetworkConfig(), 90).AsTransformer();
        transformer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => transformer.ExportToOnnx(new MemoryStream()));
    }
}
