using System.IO.Compression;
using Subloc.MLNet.TorchSharp.Checkpoints;

namespace Subloc.MLNet.TorchSharp.Tests.Checkpoints;

[Collection(TorchTests.Name)]
public sealed class CheckpointFolderTests : IDisposable
{
    private readonly CheckpointedRun _run = new();

    private string[] Checkpoints => [.. Directory.GetFiles(_run.Folder, "*.zip").Order(StringComparer.Ordinal)];

    [Fact]
    public void Save_MoreThanAreKept_DeletesTheOldest()
    {
        _run.Fit(_run.Checkpointed(TinyProteins.Options, minutes: CheckpointedRun.Always, keep: 2));

        Assert.Equal(["checkpoint-000002-000006.zip", "checkpoint-000003-000000.zip"], _run.Files);
    }

    [Fact]
    public void Save_EveryFewEpochs_WritesThoseAndTheLast()
    {
        _run.Fit(TinyProteins.Options with { Epochs = 5, Checkpoint = new CheckpointOptions { Directory = _run.Folder, EveryEpochs = 2 } });

        Assert.Equal(["checkpoint-000002-000000.zip", "checkpoint-000004-000000.zip", "checkpoint-000005-000000.zip"], _run.Files);
    }

    [Fact]
    public void Open_LeavingsOfAKilledProcess_AreRemovedAndNothingElse()
    {
        Directory.CreateDirectory(_run.Folder);
        foreach (string name in (string[])["checkpoint-000001-000000.zip.tmp", "checkpoint-000002-000000.zip.damaged", "notes.tmp", "lock"])
            File.WriteAllText(Path.Combine(_run.Folder, name), "");

        _run.Fit(_run.Checkpointed(TinyProteins.Options with { Epochs = 1 }, resume: false));

        Assert.Equal(["checkpoint-000001-000000.zip", "notes.tmp"], _run.Files);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_NewestIsDamaged_UsesTheOneBeforeAndSaysSo(bool isCutOff)
    {
        CheckpointedRun.Outcome whole = _run.Fit(_run.Checkpointed(TinyProteins.Options, keep: 2));
        string newest = Checkpoints[^1];
        byte[] content = File.ReadAllBytes(newest);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(newest, isCutOff ? content[..(content.Length / 2)] : content);

        CheckpointedRun.Outcome resumed = _run.Fit(_run.Checkpointed(TinyProteins.Options, keep: 1));

        whole.AssertEqual(resumed);
        Assert.Contains($"{newest}: the checkpoint is cut off or damaged. The one before is used.", _run.Messages);
        Assert.Contains(_run.Messages, message => message.StartsWith("Resuming after epoch 2, from", StringComparison.Ordinal));
        Assert.Equal(["checkpoint-000003-000000.zip", "checkpoint-000003-000000.zip.damaged"], _run.Files);
    }

    [Fact]
    public void Open_NoneIsWhole_IsRefused()
    {
        _run.Fit(_run.Checkpointed(TinyProteins.Options));
        foreach (string path in Checkpoints)
            File.WriteAllBytes(path, []);

        var error = Assert.Throws<InvalidDataException>(() => _run.Fit(_run.Checkpointed(TinyProteins.Options)));

        Assert.Equal($"{_run.Folder}: none of the checkpoints is whole; name another folder to start afresh.", error.Message);
    }

    [Fact]
    public void Open_NewerFormat_IsRefused()
    {
        _run.Fit(_run.Checkpointed(TinyProteins.Options, keep: 1));
        using (ZipArchive zip = ZipFile.Open(Checkpoints[0], ZipArchiveMode.Update))
        {
            zip.GetEntry("manifest.json")!.Delete();
            using var writer = new StreamWriter(zip.CreateEntry("manifest.json", CompressionLevel.NoCompression).Open());
            writer.Write("""{ "format": 2 }""");
        }

        var error = Assert.Throws<InvalidOperationException>(() => _run.Fit(_run.Checkpointed(TinyProteins.Options)));

        Assert.Contains("the checkpoint has format 2, this version reads up to 1; install a newer version.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WhileAnotherTrainingWritesThere_IsRefused()
    {
        using CheckpointFolder held = CheckpointFolder.Open(new CheckpointOptions { Directory = _run.Folder });

        var error = Assert.Throws<IOException>(() => _run.Fit(_run.Checkpointed(TinyProteins.Options)));

        Assert.Contains($"{_run.Folder}: no checkpoint can be written in this folder (", error.Message, StringComparison.Ordinal);
        Assert.Contains("used by another process); name another one.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BelowAFile_IsRefusedInASentence()
    {
        string file = _run.Beside("file");
        File.WriteAllText(file, "");
        var options = new CheckpointOptions { Directory = Path.Combine(file, "run") };

        var error = Assert.Throws<IOException>(() => _run.Fit(TinyProteins.Options with { Checkpoint = options }));

        Assert.StartsWith($"{options.Directory}: no checkpoint can be written in this folder (", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("); name another one.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_FolderVanishesWhileTraining_WarnsAndTrainsOn()
    {
        var vanish = new CheckpointedRun.Watcher(run =>
        {
            if (run is { Epoch: 2, Batch: 1 })
                Directory.Delete(_run.Folder, recursive: true);
        });

        CheckpointedRun.Outcome outcome = _run.Fit(_run.Checkpointed(TinyProteins.Options) with { Callbacks = [vanish] });

        outcome.AssertEqual(_run.Fit(TinyProteins.Options));
        Assert.Contains(_run.Messages, message => message.Contains("checkpoint-000002-000000.zip: the checkpoint could not be written (", StringComparison.Ordinal));
    }

    public void Dispose() => _run.Dispose();
}
