using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Onnx.Embeddings;
using static Subloc.MLNet.Onnx.Tests.Embeddings.TinyModels;

namespace Subloc.MLNet.Onnx.Tests.Embeddings;

public sealed class SavedEmbeddingTests : IDisposable
{
    private readonly TinyModels _models = new();
    private readonly MLContext _context = new(seed: 1);

    private string Pipeline => _models.PathOf("pipeline.zip");

    public void Dispose() => _models.Dispose();

    [Fact]
    public void Save_ByReference_HoldsNoWeightsAndLoadsInAFreshProcess()
    {
        string model = Save(store: false);

        Assert.True(new FileInfo(Pipeline).Length < new FileInfo(model).Length / 2);
        Assert.Equal(Mean(Reference(Esm, "MKV"))[0], LoadInProcess(), 4);
    }

    [Fact]
    public void Save_Stored_NeedsNoModelFile()
    {
        File.Delete(Save(store: true));

        Assert.Equal(Mean(Reference(Esm, "MKV"))[0], LoadInProcess(), 4);
    }

    [Fact]
    public void Load_ModelIsMissing_NamesFileAndHash()
    {
        string model = Save(store: false);
        File.Delete(model);

        var error = Assert.IsType<FileNotFoundException>(Assert.ThrowsAny<Exception>(Load).GetBaseException());

        Assert.StartsWith($"{model}: the pipeline needs this language model (SHA-256 ", error.Message, StringComparison.Ordinal);
        Assert.Contains("SUBLOC_LANGUAGE_MODELS", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ModelWasMoved_IsFoundInTheNamedFolder()
    {
        string model = Save(store: false);
        string folder = Directory.CreateDirectory(_models.PathOf("moved")).FullName;
        File.Move(model, Path.Combine(folder, Path.GetFileName(model)));
        Environment.SetEnvironmentVariable(ProteinEmbeddingTransformer.FolderVariable, folder);
        try
        {
            Assert.Equal(12, Load().Width);
        }
        finally
        {
            Environment.SetEnvironmentVariable(ProteinEmbeddingTransformer.FolderVariable, null);
        }
    }

    [Fact]
    public void Load_ModelIsAnother_IsRefused()
    {
        string model = Save(store: false);
        File.WriteAllBytes(model, TinyTransformerGraph.Write(new TinyTransformer(isEsm: true, seed: 2)));

        var error = Assert.IsType<InvalidDataException>(Assert.ThrowsAny<Exception>(Load).GetBaseException());

        Assert.Matches("esm.onnx: the pipeline was made with the language model of SHA-256 [0-9a-f]{64}, but this file has [0-9a-f]{64}; put the right one in its place.$", error.Message);
    }

    [Fact]
    public void Load_CacheFolder_IsNotSavedAndCanBeSet()
    {
        Save(store: true);

        ProteinEmbeddingTransformer loaded = Load();
        Assert.Null(loaded.CacheFolder);
        loaded.CacheFolder = _models.PathOf("cache");
        Vectors(loaded.Transform(Proteins(_context, "MKV")));

        Assert.Single(Directory.GetFiles(_models.PathOf("cache"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void PredictionEngine_Disposed_LeavesOtherUsesOfTheModel()
    {
        IDataView data = Proteins(_context, "MKV");
        ProteinEmbeddingTransformer transformer = _context.Transforms.EmbedProtein(_models.WriteEsm()).Fit(data);
        using (PredictionEngine<Protein, Embedded> engine = _context.Model.CreatePredictionEngine<Protein, Embedded>(transformer))
            AssertClose(Mean(Reference(Esm, "LLKK")), [.. engine.Predict(new Protein { Sequence = "LLKK" }).Features.Select(value => (double)value)]);

        AssertClose(Mean(Reference(Esm, "MKV")), Vectors(transformer.Transform(data))[0]);
    }

    private string Save(bool store)
    {
        string model = _models.WriteEsm();
        IDataView data = _context.Data.LoadFromEnumerable([new { Sequence = "MKV" }]);
        ProteinEmbeddingTransformer transformer = _context.Transforms
            .EmbedProtein(model, new ProteinEmbeddingOptions { StoreModel = store, CacheFolder = _models.PathOf("unused") }).Fit(data);
        _context.Model.Save(transformer, data.Schema, Pipeline);
        return model;
    }

    private ProteinEmbeddingTransformer Load() => Assert.IsType<ProteinEmbeddingTransformer>(new MLContext().Model.Load(Pipeline, out DataViewSchema _));

    private double LoadInProcess()
    {
        using Process process = TestProgram.Start("load", Pipeline);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return double.Parse(output, CultureInfo.InvariantCulture);
    }

    private sealed class Embedded
    {
        [VectorType(12)]
        public float[] Features { get; set; } = [];
    }
}
