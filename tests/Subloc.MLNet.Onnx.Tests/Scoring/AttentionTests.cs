using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Onnx.Scoring;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.Transforms.Encoding;
using Subloc.Testing;

namespace Subloc.MLNet.Onnx.Tests.Scoring;

/// <summary>The attention of a trained network and that of its export.</summary>
[Collection(TorchTests.Name)]
public sealed class AttentionTests : IDisposable
{
    private const int Length = 1000;

    private static readonly int[] _lengths = [1, 7, 399, 400, 401, 1000, 1400];

    private readonly MLContext _context = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<NetworkConfig, ResidueInput?> Networks => new()
    {
        { new LightAttentionConfig { Filters = 33 }, ResidueInput.OneHot },
        { new LightAttentionConfig { Kernel = 4 }, ResidueInput.Embedding },
        { new LightAttentionConfig(), null },
        { NetworkPresets.Get("light-attention").Config, ResidueInput.OneHot },
        { new DeepLocConfig { LstmUnits = 16, Hidden = [] }, ResidueInput.OneHot },
        { new TransformerConfig { Layers = 2 }, ResidueInput.OneHot },
        { new TransformerConfig { StemStride = 3, Window = 8, Layers = 2 }, null },
        { new SublocNetConfig { StemFilters = 8, Widths = [16, 24, 12], Heads = 3 }, ResidueInput.OneHot },
        { new SublocNetConfig { StemFilters = 8, Widths = [16], Kernel = 4 }, null },
        { new OwnNetworkConfig(), ResidueInput.Blosum62 },
        { new OwnNetworkConfig { IsFixed = true }, null },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Transform_OfATrainedNetwork_GivesTheAttentionOfItsExport(NetworkConfig config, ResidueInput? input)
    {
        IDataView encoded = Encode(isTokens: input is not null);
        using ProteinNetworkTransformer trained = RandomModel.Make(config, Length, input).AsTransformer();
        trained.ExportToOnnx(_folder.At("m.onnx"));
        using ProteinOnnxTransformer exported = _context.Transforms.ApplyProteinOnnx(_folder.At("m.onnx")).Fit(encoded);
        IDataView scored = trained.Transform(encoded);

        List<double[]> expected = Attention(exported.Transform(encoded)), found = Attention(scored);

        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, Length), scored.Schema["Attention"].Type);
        Assert.Equal(_lengths.Length, found.Count);
        Assert.InRange(expected.Zip(found).Max(rows => rows.First.Zip(rows.Second).Max(pair => Math.Abs(pair.First - pair.Second))), 0, 1e-4);
        foreach ((double[] weights, int length) in found.Zip(_lengths.Select(length => Math.Min(length, Length))))
        {
            Assert.Equal(1, weights.Sum(), 1e-4);
            Assert.All(weights[..length], weight => Assert.True(weight > 0));
            Assert.All(weights[length..], weight => Assert.Equal(0, weight));
        }

        // A flat attention would agree whatever its values were.
        Assert.True(found[2][..399].Max() > 1.01 * found[2][..399].Min());
    }

    public void Dispose() => _folder.Dispose();

    private static List<double[]> Attention(IDataView scored) => [.. RowValues.Read(scored, "Attention").Select(row => (double[])row[0])];

    private IDataView Encode(bool isTokens)
    {
        var random = new Random(8);
        string[] sequences = [.. _lengths.Select(length => random.GetString("ACDEFGHIKLMNPQRSTVWYX", length))];
        IDataView proteins = ScoredProteins.Load(_context, sequences);
        var options = new ProteinEncodingOptions { Length = Length, Encoding = isTokens ? ProteinEncoding.Tokens : ProteinEncoding.Blosum62 };
        IEstimator<ITransformer> encode = _context.Transforms.EncodeProtein(options);
        if (!isTokens)
            encode = encode.Append(_context.Transforms.IndicateSequenceMask());
        return encode.Fit(proteins).Transform(proteins);
    }
}
