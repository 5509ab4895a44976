using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.Transforms.Encoding;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Persistence;

[Collection(TorchTests.Name)]
public sealed class SavedModelTests : IDisposable
{
    private readonly MLContext _context = new(seed: 1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("subloc-models-");
    private readonly IDataView _data;
    private readonly ITransformer _model;
    private readonly string _path;

    public SavedModelTests()
    {
        _data = TinyProteins.Load(_context, 60);
        _model = TinyProteins.Pipeline(_context, TinyProteins.Options).Fit(_data);
        _path = Path.Combine(_folder.FullName, "model.zip");
        _context.Model.Save(_model, _data.Schema, _path);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // Only a process of its own shows that nothing asks for libtorch before it is loaded.
    [Theory]
    [InlineData("light-attention")]
    [InlineData("deeploc")]
    [InlineData("descriptors")]
    [InlineData("subloc")]
    [InlineData("transformer")]
    public async Task Load_FreshProcess_LoadsEveryFamily(string network)
    {
        string path = Path.Combine(_folder.FullName, $"{network}.zip"), sequences = Path.Combine(_folder.FullName, "in.txt"), output = Path.Combine(_folder.FullName, "out.txt");
        ITransformer model = TinyProteins.Pipeline(_context, TinyProteins.Options with { Network = NetworkPresets.Get(network).Config, Epochs = 1 }).Fit(_data);
        _context.Model.Save(model, _data.Schema, path);
        await File.WriteAllLinesAsync(sequences, _data.GetColumn<string>("Sequence"));

        (int exitCode, string message) = await TestProgram.RunAsync(["score", path, sequences, output]);

        Assert.True(exitCode == 0, message);
        Assert.Equal(TinyProteins.Scores(model.Transform(_data)).Length, (await File.ReadAllLinesAsync(output)).Length);
    }

    [Fact]
    public async Task Load_FreshProcessAfterMoving_GivesEqualScoresBitForBit()
    {
        string moved = Path.Combine(_folder.FullName, "moved.zip"), sequences = Path.Combine(_folder.FullName, "in.txt"), output = Path.Combine(_folder.FullName, "out.txt");
        File.Move(_path, moved);
        await File.WriteAllLinesAsync(sequences, _data.GetColumn<string>("Sequence"));

        (int exitCode, string message) = await TestProgram.RunAsync(["score", moved, sequences, output]);

        Assert.True(exitCode == 0, message);
        string[] expected = [.. TinyProteins.Scores(_model.Transform(_data)).Select(score => BitConverter.SingleToInt32Bits(score).ToString("x8", CultureInfo.InvariantCulture))];
        Assert.Equal(expected, await File.ReadAllLinesAsync(output));
    }

    [Fact]
    public void Load_TwiceAndConcurrently_GivesEqualScores()
    {
        float[] expected = TinyProteins.Scores(_model.Transform(_data));
        var scores = new float[6][];

        Parallel.For(0, scores.Length, i => scores[i] = TinyProteins.Scores(new MLContext().Model.Load(_path, out DataViewSchema _).Transform(_data)));

        Assert.All(scores, loaded => Assert.Equal(expected, loaded));
    }

    [Fact]
    public void Load_SavedAgain_StaysEqual()
    {
        ITransformer loaded = new MLContext().Model.Load(_path, out DataViewSchema schema);
        string again = Path.Combine(_folder.FullName, "again.zip");
        new MLContext().Model.Save(loaded, schema, again);

        Assert.Equal(Part(_path, "weights.safetensors"), Part(again, "weights.safetensors"));
        Assert.Equal(Part(_path, "manifest.json"), Part(again, "manifest.json"));
    }

    [Fact]
    public void Save_Manifest_IsReadable()
    {
        using JsonDocument manifest = JsonDocument.Parse(Part(_path, "manifest.json"));

        JsonElement root = manifest.RootElement;
        Assert.Equal(3, root.GetProperty("format").GetInt32());
        Assert.Equal("cnn", root.GetProperty("network").GetString());
        Assert.Equal([8], root.GetProperty("config").GetProperty("filters").EnumerateArray().Select(value => value.GetInt32()));
        Assert.Equal(10, root.GetProperty("classNames").GetArrayLength());
        Assert.Equal(TinyProteins.Length, root.GetProperty("length").GetInt32());
        Assert.Equal("ARNDCQEGHILKMFPSTWYVBZJX", root.GetProperty("alphabet").GetString());
        Assert.Equal(3, root.GetProperty("training").GetProperty("history").GetArrayLength());
        Assert.Equal(7, root.GetProperty("training").GetProperty("seed").GetInt32());
        Assert.Equal(64, root.GetProperty("training").GetProperty("dataHash").GetString()!.Length);
        Assert.Equal("5.0.1", root.GetProperty("packages").GetProperty("Microsoft.ML").GetString());
    }

    [Theory]
    [InlineData("manifest.json", "manifest was changed or damaged")]
    [InlineData("weights.safetensors", "weights were changed or damaged")]
    public void Load_ChangedPart_IsRefused(string part, string sentence)
    {
        Rewrite(part, bytes => bytes[^20]++);

        Assert.Contains(sentence, LoadError(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MissingPart_IsRefused()
    {
        using (ZipArchive zip = ZipFile.Open(_path, ZipArchiveMode.Update))
            zip.Entries.Single(entry => entry.Name == "weights.safetensors").Delete();

        Assert.Contains("lacks its part 'weights.safetensors'", LoadError(), StringComparison.Ordinal);
    }

    [Fact]
    public void PredictionEngine_LoadedModel_PredictsOneProtein()
    {
        ITransformer loaded = new MLContext().Model.Load(_path, out DataViewSchema _);
        using var engine = _context.Model.CreatePredictionEngine<ScoringProcess.Input, ScoringProcess.Output>(loaded);
        float[] all = TinyProteins.Scores(_model.Transform(_data));
        string[] sequences = [.. _data.GetColumn<string>("Sequence")];

        for (int i = 0; i < 10; i++)
        {
            float[] scores = engine.Predict(new ScoringProcess.Input { Sequence = sequences[i] }).Score;
            for (int k = 0; k < scores.Length; k++)
                Assert.Equal(all[i * scores.Length + k], scores[k], 1e-5);
        }
    }

    [Fact]
    public void Save_OwnNetwork_LoadsOnceItsAssemblyIsRegistered()
    {
        IDataView encoded = _context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = TinyProteins.Length }).Fit(_data).Transform(_data);
        using ProteinNetworkTransformer model = _context.MulticlassClassification.Trainers
            .ProteinNetwork(TinyProteins.Options with { Network = new OwnNetworkConfig { Width = 6 } }).Fit(encoded);
        _context.Model.Save(model, encoded.Schema, _path);

        Assert.Contains("network 'average-of-residues', which this program does not know", LoadError(), StringComparison.Ordinal);

        var context = new MLContext();
        context.ComponentCatalog.RegisterAssembly(typeof(OwnNetworkConfig).Assembly);
        ITransformer loaded = context.Model.Load(_path, out DataViewSchema _);
        Assert.Equal(TinyProteins.Scores(model.Transform(encoded)), TinyProteins.Scores(loaded.Transform(encoded)));
    }

    [Fact]
    public void Load_NewerFormat_IsRefused()
    {
        SaveWith(manifest => manifest with { Format = 4 });

        Assert.Contains("has format 4, this version reads 3; install a newer version", LoadError(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"filters":[2000000000],"hidden":[2000000000]}""", "more weights than a model file can hold")]
    [InlineData("""{"filters":[4000],"hidden":[40000]}""", "weights, which a model file cannot hold")]
    [InlineData("""{"filters":[400],"hidden":[400]}""", "describes a larger network than its weights fill")]
    public void Load_NetworkLargerThanItsWeights_IsRefusedBeforeItIsBuilt(string config, string sentence)
    {
        SaveWith(manifest => manifest with { Config = JsonDocument.Parse(config).RootElement });

        Assert.Contains(sentence, LoadError(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200_000_000, 20)]
    [InlineData(200_000_000, 200_000_000)]
    [InlineData(32, 20)]
    public void Load_EmbeddingThatDoesNotFit_IsRefusedBeforeItIsBuilt(int size, int channels)
    {
        SaveWith(manifest => manifest with { Input = ResidueInput.Embedding, EmbeddingSize = size, Channels = channels });

        Assert.Contains($"describes {channels} channels, which its residue input does not give", LoadError(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"filters":"many"}""", "configuration of the network 'cnn' is damaged")]
    [InlineData("""{"filters":[-3]}""", "describes a network that cannot be built")]
    [InlineData("""{"filters":[]}""", "describes a network that cannot be built")]
    [InlineData("""{"filters":null}""", "describes a network that cannot be built")]
    public void Load_OtherConfiguration_IsRefused(string config, string sentence)
    {
        SaveWith(manifest => manifest with { Config = JsonDocument.Parse(config).RootElement });

        Assert.Contains(sentence, LoadError(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FamiliesThatAreNotThere_IsRefused()
    {
        SaveWith(manifest => manifest with { FamiliesHash = "none" });

        Assert.Contains("lacks its part 'families.bin'", LoadError(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OtherAlphabet_IsRefused()
    {
        SaveWith(manifest => manifest with { Alphabet = "ACDEFGHIKLMNPQRSTVWY" });

        Assert.Contains("train it again with this version", LoadError(), StringComparison.Ordinal);
    }

    private void SaveWith(Func<ModelManifest, ModelManifest> change)
    {
        var network = ModelFile.FindNetwork(_model)!.Model;
        using var copy = new LocalizationNetwork(new ResidueChannels(ResidueInput.OneHot), network.Config.Build(network.Shape));
        using var changed = new ProteinNetworkModel(change(network.Manifest), network.Config, copy, CPU);
        _context.Model.Save(new ProteinNetworkTransformer(_context.Model.GetEnvironment(), changed), _data.Schema, _path);
    }

    private static byte[] Part(string path, string name)
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        using Stream stream = zip.Entries.Single(entry => entry.Name == name).Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private string LoadError()
    {
        var error = Assert.ThrowsAny<Exception>(() => new MLContext().Model.Load(_path, out DataViewSchema _));
        while (error.InnerException is { } inner && error is not InvalidDataException)
            error = inner;
        return Assert.IsType<InvalidDataException>(error).Message;
    }

    private void Rewrite(string part, Action<byte[]> change)
    {
        byte[] bytes = Part(_path, part);
        change(bytes);
        using ZipArchive zip = ZipFile.Open(_path, ZipArchiveMode.Update);
        ZipArchiveEntry old = zip.Entries.Single(entry => entry.Name == part);
        string name = old.FullName;
        old.Delete();
        using Stream stream = zip.CreateEntry(name).Open();
        stream.Write(bytes);
    }
}
