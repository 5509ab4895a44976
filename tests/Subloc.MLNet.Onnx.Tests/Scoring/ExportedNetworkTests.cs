using Microsoft.ML;
using Subloc.MLNet.Onnx.Scoring;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.Onnx.Tests.Scoring;

/// <summary>Exported networks, scored in batches of either runtime's own choice.</summary>
[Collection(TorchTests.Name)]
public sealed class ExportedNetworkTests : IDisposable
{
    private const int Length = 150;

    private readonly MLContext _context = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Networks => [.. NetworkPresets.Names];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Transform_OfTokens_GivesWhatTheNetworkGives(string network) =>
        AssertAlike(network, NetworkPresets.Get(network).Config.NeedsOneHot ? ResidueInput.OneHot : ResidueInput.Embedding);

    [Theory]
    [InlineData("cnn1")]
    [InlineData("cnn-lstm")]
    [InlineData("resnet3")]
    public void Transform_OfChannels_GivesWhatTheNetworkGives(string network) => AssertAlike(network, null);

    public void Dispose() => _folder.Dispose();

    private void AssertAlike(string network, ResidueInput? input)
    {
        IDataView proteins = ScoredProteins.Load(_context, ScoredProteins.Random(500, 200));
        IEstimator<ITransformer> encode = _context.Transforms.EncodeProtein(
            new ProteinEncodingOptions { Length = Length, Encoding = input is null ? ProteinEncoding.OneHot : ProteinEncoding.Tokens });
        if (input is null)
            encode = encode.Append(_context.Transforms.IndicateSequenceMask());
        IDataView encoded = encode.Fit(proteins).Transform(proteins);
        using ProteinNetworkTransformer expected = RandomModel.Make(NetworkPresets.Get(network).Config, Length, input).AsTransformer();
        expected.ExportToOnnx(_folder.At("m.onnx"));
        using ProteinOnnxTransformer found = _context.Transforms.ApplyProteinOnnx(_folder.At("m.onnx")).Fit(encoded);

        List<float[]> ofNetwork = ScoredProteins.Scores(expected.Transform(encoded)), ofFile = ScoredProteins.Scores(found.Transform(encoded));

        Assert.Equal(500, ofFile.Count);
        Assert.True(ofNetwork.Max(row => row[0]) - ofNetwork.Min(row => row[0]) > 0.01, "The network does not tell the proteins apart.");
        Assert.InRange(ScoredProteins.Difference(ofNetwork, ofFile), 0, 1e-4);
    }
}
