using System.Diagnostics;
using Microsoft.ML;
using Subloc.MLNet.Onnx.Embeddings;
using static Subloc.MLNet.Onnx.Tests.Embeddings.TinyModels;

namespace Subloc.MLNet.Onnx.Tests.Embeddings;

public sealed class EmbeddingCacheTests : IDisposable
{
    private const int RecordBytes = 8 + 32 + 12 * 4 + 8;

    private readonly TinyModels _models = new();
    private readonly MLContext _context = new(seed: 1);
    private readonly List<string> _messages = [];
    private readonly string[] _sequences = [.. Enumerable.Range(0, 20).Select(i => Residues(5 + i, i))];

    public EmbeddingCacheTests() => _context.Log += (_, entry) => _messages.Add(entry.RawMessage);

    private string CacheFolder => _models.PathOf("cache");

    private string[] Segments => Directory.GetFiles(CacheFolder, "*" + EmbeddingSegment.Extension, SearchOption.AllDirectories);

    public void Dispose() => _models.Dispose();

    [Fact]
    public void EmbedProtein_SecondPass_ComputesNothingAndGivesTheSame()
    {
        double[][] first = Embed(_sequences);
        double[][] second = Embed(_sequences);

        Assert.Equal(first, second);
        Assert.Contains("Embedded 20 proteins; 20 of them were in the cache or equal to others.", _messages);
        Assert.Equal(64 + 20 * RecordBytes, new FileInfo(Assert.Single(Segments)).Length);
    }

    [Fact]
    public void EmbedProtein_OtherSettings_AreNotMixedUp()
    {
        double[][] ends = Embed(_sequences, options => options with { MaxResidues = 10 });
        double[][] windows = Embed(_sequences, options => options with { MaxResidues = 10, LongSequences = LongSequences.Windows, WindowOverlap = 2 });
        double[][] other = Embed(_sequences, options => options with { MaxResidues = 10, LongSequences = LongSequences.Windows, WindowOverlap = 4 });
        double[][] whole = Embed(_sequences);
        double[][] cut = Embed(_sequences, options => options with { Output = EmbeddingOutput.PerResidue, Length = 8 });
        double[][] full = Embed(_sequences, options => options with { Output = EmbeddingOutput.PerResidue, Length = 24 });

        Assert.Equal(ends[0], whole[0]);
        Assert.NotEqual(ends[19], windows[19]);
        Assert.NotEqual(windows[19], other[19]);
        AssertClose(Mean(Reference(Esm, _sequences[19])), whole[19]);
        Assert.Equal(cut[19][..(4 * 12)], full[19][..(4 * 12)]);
        AssertClose([.. Reference(Esm, _sequences[19]).SelectMany(state => state)], full[19]);
    }

    [Fact]
    public void EmbedProtein_PerResidueFromTheCache_IsTheSame()
    {
        static ProteinEmbeddingOptions PerResidue(ProteinEmbeddingOptions options) => options with { Output = EmbeddingOutput.PerResidue, Length = 12 };
        double[][] first = Embed(_sequences, PerResidue);

        Assert.Equal(first, Embed(_sequences, PerResidue));
        Assert.Contains("Embedded 20 proteins; 20 of them were in the cache or equal to others.", _messages);
    }

    [Fact]
    public void EmbedProtein_CacheCutOff_KeepsWhatIsWholeAndComputesTheRest()
    {
        double[][] first = Embed(_sequences);
        using (var file = new FileStream(Assert.Single(Segments), FileMode.Open))
            file.SetLength(64 + 12 * RecordBytes + 17);

        Assert.Equal(first, Embed(_sequences), NearlyEqual);
        Assert.Contains("Embedded 20 proteins; 12 of them were in the cache or equal to others.", _messages);
    }

    [Theory]
    [InlineData(60)] // In a value.
    [InlineData(20)] // In the key.
    [InlineData(RecordBytes - 3)] // In the checksum.
    public void EmbedProtein_CacheDamaged_ComputesTheDamagedEmbeddingAgain(int offset)
    {
        double[][] first = Embed(_sequences);
        Damage(Assert.Single(Segments), 64 + 3 * RecordBytes + offset);

        Assert.Equal(first, Embed(_sequences), NearlyEqual);
        Assert.Contains("Embedded 20 proteins; 19 of them were in the cache or equal to others.", _messages);
        Assert.Equal(first, Embed(_sequences), NearlyEqual);
        Assert.Contains("Embedded 20 proteins; 20 of them were in the cache or equal to others.", _messages);
    }

    [Fact]
    public void EmbedProtein_EveryByteOfTheCacheDamaged_IsNeverBelieved()
    {
        string[] few = _sequences[..2];
        double[][] first = Embed(few);
        string segment = Assert.Single(Segments);
        byte[] whole = File.ReadAllBytes(segment);
        for (int at = 0; at < whole.Length; at++)
        {
            Directory.Delete(CacheFolder, recursive: true);
            Directory.CreateDirectory(Path.GetDirectoryName(segment)!);
            File.WriteAllBytes(segment, whole);
            Damage(segment, at);

            Assert.Equal(first, Embed(few), NearlyEqual);
        }
    }

    [Fact]
    public void EmbedProtein_HeaderDamaged_SaysSoAndComputesAgain()
    {
        double[][] first = Embed(_sequences);
        Damage(Assert.Single(Segments), 30);

        Assert.Equal(first, Embed(_sequences), NearlyEqual);
        Assert.Contains(_messages, message => message.EndsWith("the header of this embedding cache is damaged; what it holds is computed again.", StringComparison.Ordinal));
    }

    [Fact]
    public void EmbedProtein_CacheOfAnotherModel_IsRefusedByName()
    {
        Embed(_sequences);
        string other = _models.Write("other.onnx", TinyTransformerGraph.Write(new TinyTransformer(isEsm: true, seed: 2)));
        IDataView data = Proteins(_context, _sequences);
        ProteinEmbeddingTransformer transformer = _context.Transforms.EmbedProtein(other, new ProteinEmbeddingOptions { CacheFolder = CacheFolder }).Fit(data);
        string folder = Directory.CreateDirectory(Path.Combine(CacheFolder, transformer.ModelHash[..16])).FullName;
        File.Copy(Assert.Single(Segments), Path.Combine(folder, "copied" + EmbeddingSegment.Extension));

        var error = Assert.Throws<InvalidDataException>(() => Vectors(transformer.Transform(data)));

        Assert.Contains("copied.embeddings: this cache was written with the language model of SHA-256 ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"not {transformer.ModelHash}; delete the file or name another cache folder.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EmbedProtein_OtherModelInTheSameFolder_HasItsOwnFiles()
    {
        Embed(_sequences);
        string other = _models.Write("other.onnx", TinyTransformerGraph.Write(new TinyTransformer(isEsm: true, seed: 2)));
        IDataView data = Proteins(_context, _sequences[0]);

        double[][] found = Vectors(_context.Transforms.EmbedProtein(other, new ProteinEmbeddingOptions { CacheFolder = CacheFolder }).Fit(data).Transform(data));

        AssertClose(Mean(Reference(new TinyTransformer(isEsm: true, seed: 2), _sequences[0])), found[0]);
    }

    [Fact]
    public void EmbedProtein_FolderIsAFile_SaysSo()
    {
        File.WriteAllText(CacheFolder, "");

        var error = Assert.Throws<IOException>(() => Embed(_sequences));

        Assert.Contains("the embedding cache cannot be used", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EmbedProtein_TransformersAtOnce_ShareTheFolder()
    {
        double[][] expected = Embed(_sequences, options => options with { CacheFolder = null });

        Parallel.For(0, 4, i =>
        {
            string[] mine = [.. _sequences.Skip(i * 3), .. _sequences.Take(i * 3)];
            double[][] found = Embed(mine);
            for (int row = 0; row < mine.Length; row++)
                AssertClose(expected[Array.IndexOf(_sequences, mine[row])], found[row]);
        });

        _messages.Clear();
        Assert.Equal(expected, Embed(_sequences), NearlyEqual);
        Assert.Contains("Embedded 20 proteins; 20 of them were in the cache or equal to others.", _messages);
    }

    [Fact]
    public void EmbedProtein_ProcessesKilledAtAnyMoment_LeaveAWholeCache()
    {
        string model = _models.WriteEsm();
        double[][] expected = Embed(EmbeddingProcess.Sequences, options => options with { CacheFolder = null });
        for (int round = 0; round < 3; round++)
        {
            Process[] processes = [TestProgram.Start("embed", model, CacheFolder, "1"), TestProgram.Start("embed", model, CacheFolder, "2")];
            Thread.Sleep(400 + 150 * round);
            foreach (Process process in processes)
            {
                process.Kill();
                process.WaitForExit();
                process.Dispose();
            }
        }

        Assert.Equal(expected, Embed(EmbeddingProcess.Sequences), NearlyEqual);
        using Process whole = TestProgram.Start("embed", model, CacheFolder, "1");
        whole.WaitForExit();
        Assert.Equal(0, whole.ExitCode);
        _messages.Clear();
        Assert.Equal(expected, Embed(EmbeddingProcess.Sequences), NearlyEqual);
        Assert.Contains($"Embedded {EmbeddingProcess.Sequences.Length} proteins; {EmbeddingProcess.Sequences.Length} of them were in the cache or equal to others.", _messages);
    }

    private static bool NearlyEqual(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).All(difference => difference < 1e-5);

    private static void Damage(string path, long at)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.Position = at;
        int value = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(value ^ 0x41));
    }

    private double[][] Embed(string[] sequences, Func<ProteinEmbeddingOptions, ProteinEmbeddingOptions>? change = null)
    {
        var context = new MLContext(seed: 1);
        context.Log += (_, entry) =>
        {
            lock (_messages)
                _messages.Add(entry.RawMessage);
        };
        var options = new ProteinEmbeddingOptions { CacheFolder = CacheFolder };
        IDataView data = Proteins(context, sequences);
        string path = _models.PathOf("esm.onnx");
        if (!File.Exists(path))
            _models.WriteEsm();
        return Vectors(context.Transforms.EmbedProtein(path, change?.Invoke(options) ?? options).Fit(data).Transform(data));
    }
}
