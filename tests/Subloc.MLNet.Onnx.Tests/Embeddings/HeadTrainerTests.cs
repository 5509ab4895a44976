using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Subloc.MLNet.Onnx.Embeddings;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.Testing;

namespace Subloc.MLNet.Onnx.Tests.Embeddings;

/// <summary>Heads learn from embeddings, and are saved with their pipeline.</summary>
[Collection(TorchTests.Name)]
public sealed class HeadTrainerTests : IDisposable
{
    private readonly TinyModels _models = new();
    private readonly MLContext _context = new(seed: 1);

    public void Dispose() => _models.Dispose();

    [Fact]
    public void ProteinMlp_OnMeanEmbeddings_LearnsAndIsSavedWithTheLanguageModel()
    {
        string path = _models.WriteEsm();
        IDataView data = Proteins(80);
        var options = new ProteinNetworkOptions { Network = new MlpConfig { Hidden = [16] }, Epochs = 30, BatchSize = 16, LearningRate = 1e-2, Patience = 30 };
        var pipeline = _context.Transforms.EmbedProtein(path, new ProteinEmbeddingOptions { StoreModel = true })
            .Append(_context.MulticlassClassification.Trainers.ProteinNetwork(options));

        TransformerChain<ProteinNetworkTransformer> model = pipeline.Fit(data);
        IDataView scored = model.Transform(data);
        File.Delete(path);

        Assert.True(_context.MulticlassClassification.Evaluate(scored).MicroAccuracy > 0.9);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 12), model.LastTransformer.FeatureColumnType);
        EstimatorContract.AssertEqual(
            RowValues.Read(scored, "Score"),
            RowValues.Read(EstimatorContract.SaveAndLoad(_context, model, data.Schema).Transform(data), "Score"),
            1e-6);
    }

    [Fact]
    public void ProteinLightAttention_OnResidueEmbeddings_LearnsAndExports()
    {
        IDataView data = Proteins(80);
        var options = new ProteinNetworkOptions { Network = new LightAttentionConfig { Kernel = 3 }, Epochs = 20, BatchSize = 16, LearningRate = 1e-2, Patience = 20 };
        var embedding = new ProteinEmbeddingOptions { Output = EmbeddingOutput.PerResidue, Length = 24, CacheFolder = _models.PathOf("cache") };
        IDataView embedded = _context.Transforms.EmbedProtein(_models.WriteEsm(), embedding).Fit(data).Transform(data);

        ProteinNetworkTransformer model = _context.MulticlassClassification.Trainers.ProteinNetwork(options).Fit(embedded);
        IDataView scored = model.Transform(embedded);

        Assert.True(_context.MulticlassClassification.Evaluate(scored).MicroAccuracy > 0.9);
        Assert.Equal("Mask", model.Model.Manifest.MaskColumnName);
        using var exported = new ExportedModel(model);
        List<object[]> rows = RowValues.Read(scored, "Features", "Mask", "Score");
        float[] features = [.. rows.SelectMany(row => (double[])row[0]).Select(value => (float)value)];
        float[] mask = [.. rows.SelectMany(row => (double[])row[1]).Select(value => (float)value)];
        using OrtValue first = OrtValue.CreateTensorValueFromMemory(features, [rows.Count, 24, 12]);
        using OrtValue second = OrtValue.CreateTensorValueFromMemory(mask, [rows.Count, 24]);
        float[][] probabilities = exported.Run(["features", "mask"], [first, second], "probabilities");
        for (int i = 0; i < rows.Count; i++)
            TinyModels.AssertClose((double[])rows[i][2], [.. probabilities[i].Select(value => (double)value)], 1e-5);
    }

    [Fact]
    public void CatalogMethods_Heads_HaveTheDefaultColumns()
    {
        ProteinNetworkOptions mlp = _context.MulticlassClassification.Trainers.ProteinMlp("Place", "Embedding").Options;
        ProteinNetworkOptions attention = _context.MulticlassClassification.Trainers.ProteinLightAttention().Options;

        Assert.Equal((new MlpConfig(), "Place", "Embedding"), ((MlpConfig)mlp.Network, mlp.LabelColumnName, mlp.FeatureColumnName));
        Assert.Equal((new LightAttentionConfig(), "Label", "Features"), ((LightAttentionConfig)attention.Network, attention.LabelColumnName, attention.FeatureColumnName));
    }

    [Fact]
    public void Fit_VectorForANetworkOfPositions_IsRefused()
    {
        IDataView data = Proteins(4);
        IDataView embedded = _context.Transforms.EmbedProtein(_models.WriteEsm()).Fit(data).Transform(data);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _context.MulticlassClassification.Trainers.ProteinResNet().Fit(embedded));

        Assert.Contains("expected tokens or Vector<Single, L, D>, because the network 'resnet' reads positions (MlpConfig reads plain vectors)", error.Message, StringComparison.Ordinal);
    }

    // Two places that the composition tells apart.
    private IDataView Proteins(int count)
    {
        var random = new Random(4);
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Labelled
        {
            Sequence = string.Concat(Enumerable.Range(0, random.Next(8, 30)).Select(_ => (i % 2 == 0 ? "LIVFA" : "DEKRS")[random.Next(5)])),
            Label = i % 2 == 0 ? "Membrane" : "Cytoplasm",
        }).ToArray());
        return _context.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
    }

    private sealed class Labelled
    {
        public string Sequence { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
