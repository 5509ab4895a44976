using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Explanation;
using Subloc.MLNet.Onnx.Tests.Scoring;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.Onnx.Tests.Explanation;

/// <summary>Explanations of exported models.</summary>
[Collection(TorchTests.Name)]
public sealed class ExportedModelTests : IDisposable
{
    private const int Length = 60;

    private readonly MLContext _context = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(ExplanationMethod.Occlusion)]
    [InlineData(ExplanationMethod.Attention)]
    public void Explain_OfAnExportedModel_IsThatOfTheTrainedOne(ExplanationMethod method)
    {
        using ProteinNetworkTransformer trained = RandomModel.Make(new SublocNetConfig { StemFilters = 8, Widths = [16, 24], Heads = 3 }, Length).AsTransformer();
        using var exported = Export(trained);
        string sequence = new Random(3).GetString("ACDEFGHIKLMNPQRSTVWY", 75);
        var options = new ExplanationOptions { Method = method };
        IDataView proteins = ScoredProteins.Load(_context, [sequence]);
        ITransformer encoder = _context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = Length }).Fit(proteins);

        ProteinExplanation expected = new TransformerChain<ITransformer>(encoder, trained).Explain(_context, sequence, options);
        ProteinExplanation found = exported.Explain(_context, sequence, options);

        Assert.Equal((method, expected.ExplainedClass), (found.Method, found.ExplainedClass));
        Assert.All(expected.Importance.Zip(found.Importance), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        Assert.All(found.Importance.Skip(30).Take(15), value => Assert.Equal(0, value));
        Assert.Contains(found.Importance, value => Math.Abs(value) > 1e-3);
    }

    [Fact]
    public void Explain_OfAnExportedModel_TakesOcclusionAndRefusesGradients()
    {
        using ProteinNetworkTransformer trained = RandomModel.Make(new CnnConfig { Filters = [8], Hidden = [] }, Length).AsTransformer();
        using var exported = Export(trained);

        Assert.Equal(ExplanationMethod.Occlusion, exported.Explain(_context, "MKRLLLLAVLLAFLSAASAQ").Method);
        NotSupportedException error = Assert.Throws<NotSupportedException>(
            () => exported.Explain(_context, "MKL", new ExplanationOptions { Method = ExplanationMethod.IntegratedGradients }));
        Assert.Equal("Integrated gradients need a network that libtorch computes, and this model is computed otherwise; use Occlusion, or the model that it was exported from.", error.Message);
    }

    public void Dispose() => _folder.Dispose();

    private TransformerChain<ITransformer> Export(ProteinNetworkTransformer trained)
    {
        trained.ExportToOnnx(_folder.At("m.onnx"));
        return _context.Model.LoadProteinOnnx(_folder.At("m.onnx"));
    }
}
