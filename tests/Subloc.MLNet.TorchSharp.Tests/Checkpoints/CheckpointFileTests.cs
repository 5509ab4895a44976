using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Subloc.MLNet.TorchSharp.Checkpoints;
using Subloc.MLNet.TorchSharp.Training;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Checkpoints;

[Collection(TorchTests.Name)]
public sealed class CheckpointFileTests : IDisposable
{
    private readonly CheckpointedRun _run = new();
    private readonly Tensor _weights = arange(10, dtype: ScalarType.Float32);
    private string _value = "kept";

    private static CheckpointManifest Manifest => new()
    {
        Format = CheckpointManifest.CurrentFormat,
        Completed = false,
        StopRequested = true,
        Batch = 3,
        Totals = new EpochTotals(1.0 / 3, 48, 17, 2.5),
        History = [new EpochResult(1, 0.1, 0.2, 0.3, null, 4)],
        BestEpoch = 1,
        Seed = -5,
        Identity = new Dictionary<string, string> { ["Data"] = "x" },
        Circumstances = new Dictionary<string, string>(),
        Values = [],
        Parts = new Dictionary<string, string>(),
    };

    [Fact]
    public void Check_OfAWrittenFile_GivesTheManifestBack()
    {
        CheckpointManifest read = CheckpointFile.Check(Write());

        Assert.Equal((Manifest.Totals, Manifest.Batch, Manifest.Seed, Manifest.StopRequested), (read.Totals, read.Batch, read.Seed, read.StopRequested));
        Assert.Equal(Manifest.History, read.History);
        Assert.Equal("kept", (string?)read.Values["part"]);
        Assert.Equal(["random", "weights"], read.Parts.Keys.Order());
    }

    [Fact]
    public void ReadPart_OfAWrittenFile_GivesTheTensorsBack()
    {
        string path = Write();
        _weights.zero_();

        CheckpointFile.ReadPart(path, "weights", new Dictionary<string, Tensor> { ["w"] = _weights });

        Assert.Equal(Enumerable.Range(0, 10).Select(i => (float)i), _weights.data<float>());
    }

    [Fact]
    public void Check_AnyByteChanged_IsNoticedOrHarmless()
    {
        string path = Write();
        byte[] content = File.ReadAllBytes(path);
        string good = JsonSerializer.Serialize(CheckpointFile.Check(path));
        int noticed = 0, tried = 0;
        for (int i = 0; i < content.Length; i += 3)
        {
            byte[] changed = [.. content];
            changed[i] ^= 0x20;
            File.WriteAllBytes(path, changed);
            tried++;
            try
            {
                // Names and times that the zip file holds twice are the only bytes that may change.
                Assert.Equal(good, JsonSerializer.Serialize(CheckpointFile.Check(path)));
            }
            catch (InvalidDataException)
            {
                noticed++;
            }
        }

        Assert.True(noticed > 0.9 * tried, $"{noticed} of {tried}");
    }

    [Fact]
    public void Check_CutOffAnywhere_IsNoticed()
    {
        string path = Write();
        byte[] content = File.ReadAllBytes(path);

        foreach (int length in Enumerable.Range(0, 40).Select(i => i * content.Length / 40))
        {
            File.WriteAllBytes(path, content[..length]);
            Assert.Throws<InvalidDataException>(() => CheckpointFile.Check(path));
        }
    }

    [Fact]
    public void ReadPart_LargerThanItsTensors_IsRefusedBeforeItIsRead()
    {
        string path = Write();
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            zip.GetEntry("weights.safetensors")!.Delete();
            using Stream entry = zip.CreateEntry("weights.safetensors", CompressionLevel.Fastest).Open();
            entry.Write(new byte[1 << 20]);
        }

        var error = Assert.Throws<InvalidDataException>(() =>
            CheckpointFile.ReadPart(path, "weights", new Dictionary<string, Tensor> { ["w"] = _weights }));

        Assert.Contains("is compressed", error.InnerException!.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _weights.Dispose();
        _run.Dispose();
    }

    private string Write()
    {
        var state = new RunState();
        state.Add("weights", () => new Dictionary<string, Tensor> { ["w"] = _weights });
        state.Add(new TorchRandom());
        state.Add("part", () => JsonValue.Create(_value), value => _value = (string)value!);
        string path = _run.Beside("checkpoint.zip");
        using FileStream file = File.Create(path);
        CheckpointFile.Write(file, Manifest, state);
        return path;
    }
}
