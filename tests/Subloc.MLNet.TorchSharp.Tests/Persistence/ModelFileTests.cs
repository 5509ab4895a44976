using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Persistence;

namespace Subloc.MLNet.TorchSharp.Tests.Persistence;

[Collection(TorchTests.Name)]
public sealed class ModelFileTests : IDisposable
{
    private readonly MLContext _context = new(seed: 1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("subloc-models-");
    private readonly IDataView _data;
    private readonly float[] _scores;
    private readonly byte[] _whole;
    private readonly string _path;

    public ModelFileTests()
    {
        _data = TinyProteins.Load(_context, 40);
        ITransformer model = TinyProteins.Pipeline(
            _context, TinyProteins.Options with { Network = new CnnConfig { Filters = [2], Hidden = [2] }, Epochs = 1 }).Fit(_data);
        _scores = TinyProteins.Scores(model.Transform(_data));
        _path = Path.Combine(_folder.FullName, "model.zip");
        _context.Model.Save(model, _data.Schema, _path);
        _whole = File.ReadAllBytes(_path);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Load_WholeFile_GivesModelNetworkAndSchema()
    {
        ITransformer model = ModelFile.Load(new MLContext(), _path, out DataViewSchema? schema);

        Assert.Equal(_scores, TinyProteins.Scores(model.Transform(_data)));
        Assert.Equal(10, ModelFile.FindNetwork(model)!.Model.ClassNames.Count);
        Assert.True(ModelFile.FindNetwork(model)!.Model.ParameterCount > 100);
        Assert.NotNull(schema!.GetColumnOrNull(ColumnNames.Sequence));
    }

    [Fact]
    public void Load_OneByteChanged_GivesEqualScoresOrOneSentence()
    {
        var random = new Random(5);
        int refused = 0;
        for (int i = 0; i < 400; i++)
        {
            // Every second place lies at the end, in the file's directory: few bytes, on which everything depends.
            int place = i % 2 == 0 ? random.Next(_whole.Length) : _whole.Length - 1 - random.Next(Math.Min(2000, _whole.Length));
            byte[] changed = [.. _whole];
            changed[place] ^= (byte)(1 << random.Next(8));
            refused += IsRefused(changed, $"bit of byte {place}") ? 1 : 0;
        }

        Assert.True(refused > 100, $"Only {refused} of 400 damaged files were refused.");
    }

    [Fact]
    public void Load_CutOff_GivesOneSentence()
    {
        var random = new Random(6);
        foreach (int length in Enumerable.Range(0, 60).Select(i => i < 30 ? i : random.Next(_whole.Length - 1)))
            Assert.True(IsRefused(_whole[..length], $"first {length} bytes"), $"The first {length} bytes were taken for a model.");
    }

    [Fact]
    public void Load_BytesAppendedOrReplaced_GivesEqualScoresOrOneSentence()
    {
        var random = new Random(7);
        var noise = new byte[5000];
        random.NextBytes(noise);
        IsRefused([.. _whole, .. noise], "appended noise");
        IsRefused([.. _whole, .. new byte[70_000]], "appended zeros");
        Assert.True(IsRefused(noise, "noise"));
        Assert.True(IsRefused([.. "PK\u0003\u0004"u8, .. noise], "noise that begins like a zip file"));
        Assert.True(IsRefused([.. "accession,sequence\nA,MKK\n"u8], "text"));
    }

    [Fact]
    public void Load_AnyPartRemoved_GivesEqualScoresOrOneSentence()
    {
        string[] parts;
        using (var zip = new ZipArchive(new MemoryStream(_whole)))
            parts = [.. zip.Entries.Select(entry => entry.FullName)];

        Assert.All(parts, part => IsRefused(Edit(zip => zip.GetEntry(part)!.Delete()), $"no {part}"));
    }

    [Fact]
    public void Load_NewerFormat_SaysSo()
    {
        File.WriteAllBytes(_path, Edit(zip =>
        {
            byte[] manifest = ReadEntry(zip, "manifest.json");
            byte[] newer = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(manifest).Replace("\"format\": 3", "\"format\": 4", StringComparison.Ordinal));
            string key = Encoding.Latin1.GetString(ReadEntry(zip, "Model.key", HashOf(manifest)));
            Rewrite(zip, "manifest.json", newer);
            Rewrite(zip, "Model.key", Encoding.Latin1.GetBytes(key.Replace(HashOf(manifest), HashOf(newer), StringComparison.Ordinal)), HashOf(manifest));
        }));

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => ModelFile.Load(_context, _path, out _));

        Assert.Contains("The model has format 4, this version reads 3; install a newer version.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ForeignZip_SaysSo()
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = new StreamWriter(zip.CreateEntry("word/document.xml").Open()))
            entry.Write("<document/>");
        File.WriteAllBytes(_path, file.ToArray());

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => ModelFile.Load(_context, _path, out _));

        Assert.Contains("this zip file holds no model that this program can read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OtherModelOfMicrosoftML_LoadsWithoutNetwork()
    {
        _context.Model.Save(_context.Transforms.CopyColumns("Copy", ColumnNames.Sequence).Fit(_data), _data.Schema, _path);

        ITransformer model = ModelFile.Load(_context, _path, out _);

        Assert.Null(ModelFile.FindNetwork(model));
    }

    [Fact]
    public void Load_NoSuchFile_SaysSo()
    {
        FileNotFoundException error = Assert.Throws<FileNotFoundException>(() => ModelFile.Load(_context, "nowhere.zip", out _));

        Assert.StartsWith("nowhere.zip: there is no such model file", error.Message, StringComparison.Ordinal);
    }

    // ML.NET's stream keeps its strings as UTF-16; the bytes are looked at one by one.
    private static string HashOf(byte[] bytes) =>
        Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(Convert.ToHexStringLower(SHA256.HashData(bytes))));

    private static ZipArchiveEntry Find(ZipArchive zip, string name, string content) => zip.Entries.Single(entry =>
        entry.FullName.EndsWith(name, StringComparison.Ordinal) && Encoding.Latin1.GetString(ReadAll(entry)).Contains(content, StringComparison.Ordinal));

    private static byte[] ReadEntry(ZipArchive zip, string name, string content = "") => ReadAll(Find(zip, name, content));

    private static byte[] ReadAll(ZipArchiveEntry entry)
    {
        using var copy = new MemoryStream();
        using Stream stream = entry.Open();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static void Rewrite(ZipArchive zip, string name, byte[] bytes, string content = "")
    {
        using Stream stream = Find(zip, name, content).Open();
        stream.SetLength(0);
        stream.Write(bytes);
    }

    private byte[] Edit(Action<ZipArchive> edit)
    {
        var file = new MemoryStream();
        file.Write(_whole);
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
            edit(zip);
        return file.ToArray();
    }

    // False when the file is taken for the model that was saved, with its scores bit for bit.
    private bool IsRefused(byte[] content, string what)
    {
        File.WriteAllBytes(_path, content);
        ITransformer model;
        try
        {
            model = ModelFile.Load(new MLContext(), _path, out _);
        }
        catch (InvalidDataException error)
        {
            Assert.StartsWith(_path + ": ", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
            Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
            return true;
        }

        Assert.True(_scores.AsSpan().SequenceEqual(TinyProteins.Scores(model.Transform(_data))), $"Other scores from a file with this change: {what}.");
        ModelFile.FindNetwork(model)!.Dispose();
        return false;
    }
}
