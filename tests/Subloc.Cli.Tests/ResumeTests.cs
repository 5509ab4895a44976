using System.IO.Compression;
using System.Text.Json.Nodes;
using Subloc.MLNet.Data;

namespace Subloc.Cli.Tests;

public sealed class ResumeTests : IDisposable
{
    // 45 batches of 8 proteins an epoch, which are long enough to be killed in.
    private static readonly string[] _settings =
        ["--length", "60", "--batch-size", "8", "--epochs", "12", "--patience", "100", "--threads", "1", "--device", "cpu"];

    private readonly TemporaryFolder _folder = new();
    private readonly string _csv;

    public ResumeTests()
    {
        _csv = _folder.Write("train.csv", TinyModel.ToCsv(
            SyntheticProteins.Generate(new SyntheticProteinOptions { Count = 480, MaxLength = 80, Partitions = 4 })));
    }

    private string Checkpoints => _folder.At("run");

    [Fact]
    public void Train_KilledAtRandomMoments_EndsWithTheWeightsOfAnUninterruptedTraining()
    {
        if (OperatingSystem.IsWindows())
            return;

        const int Kills = 6;
        var random = new Random(20260731);
        // Far more work than the killed processes have time for, also on a machine several times as fast.
        string[] settings = Settings("--epochs", "30");
        using var whole = new ChildProcess(["train", "--data", _csv, "--output", _folder.At("whole.zip"), .. settings]);
        Assert.Equal(0, whole.Finish().ExitCode);
        // A checkpoint after every batch, so that many of the kills fall into the writing of one.
        string[] request = ["train", "--data", _csv, "--output", _folder.At("resumed.zip"), .. settings,
            "--checkpoint", Checkpoints, "--checkpoint-minutes", "1e-6", "--resume"];

        for (int i = 0; i < Kills; i++)
        {
            using var child = new ChildProcess(request);
            child.WaitForLine("Training on");
            // On a busy machine the first batch may take longer than any of these pauses.
            if (i == 0)
                Assert.True(SpinWait.SpinUntil(() => Directory.GetFiles(Checkpoints, "*.zip").Length > 0, TimeSpan.FromMinutes(1)));
            Thread.Sleep(random.Next(20, 500));
            int killed = child.Signal("KILL");
            Assert.Equal(killed, child.Finish().ExitCode);
        }

        using var last = new ChildProcess(request);
        CommandRun run = last.Finish();
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Resuming after ", run.Output, StringComparison.Ordinal);
        AssertSameModel("whole.zip", "resumed.zip");
        Assert.All(Directory.GetFiles(Checkpoints), path => Assert.EndsWith(".zip", path, StringComparison.Ordinal));
    }

    [Fact]
    public void Train_InterruptedByCtrlC_SavesItsBestModelAndGoesOnWithResume()
    {
        if (OperatingSystem.IsWindows())
            return;

        Assert.Equal(0, Train("whole.zip").ExitCode);
        using var child = new ChildProcess(["train", "--data", _csv, "--output", _folder.At("resumed.zip"), .. _settings, "--checkpoint", Checkpoints]);
        child.WaitForLine("Epoch 2 of 12");
        child.Signal("INT");
        CommandRun cancelled = child.Finish();
        bool isSaved = File.Exists(_folder.At("resumed.zip"));
        CommandRun resumed = Train("resumed.zip", "--checkpoint", Checkpoints, "--resume");

        Assert.Equal(0, cancelled.ExitCode);
        Assert.True(isSaved);
        Assert.Contains($"is kept; --resume goes on from {Checkpoints}.", cancelled.Output, StringComparison.Ordinal);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Matches("Resuming after (batch [0-9]+ of )?epoch [0-9]+, from .*checkpoint-", resumed.Output);
        AssertSameModel("whole.zip", "resumed.zip");
    }

    [Fact]
    public void CrossValidate_Killed_ResumesWithTheResultOfAnUninterruptedOne()
    {
        if (OperatingSystem.IsWindows())
            return;

        string[] request = ["crossvalidate", "--data", _csv, "--folds", "2", .. _settings];
        JsonObject whole = CommandRun.JsonOf(_folder.At("whole.json"), request);
        using (var child = new ChildProcess([.. request, "--checkpoint", Checkpoints]))
        {
            child.WaitForLine("Fold 2 of 2, epoch 2 of 12");
            child.Signal("KILL");
            child.Finish();
        }

        CommandRun refused = CommandRun.Of([.. request, "--checkpoint", Checkpoints]);
        CommandRun run = CommandRun.Of([.. request, "--checkpoint", Checkpoints, "--resume", "--json", _folder.At("resumed.json")]);

        refused.AssertFailed(2, "fold-1: the folder holds checkpoints of an earlier training; give --resume to continue it, or name another folder.");
        Assert.Contains("Fold 1 of 2: The training had ended before, after 12 epochs", run.Output, StringComparison.Ordinal);
        Assert.Contains("Fold 2 of 2: Resuming after epoch", run.Output, StringComparison.Ordinal);
        JsonNode resumed = JsonNode.Parse(File.ReadAllText(_folder.At("resumed.json")))!;
        foreach (string part in (string[])["summary", "pooled", "folds"])
            Assert.Equal(WithoutTimes(whole[part]!), WithoutTimes(resumed[part]!));
    }

    [Fact]
    public void Train_OtherSettings_AreRefusedInTheWordsOfTheTool()
    {
        Assert.Equal(0, Train("m.zip", "--checkpoint", Checkpoints, "--epochs", "1").ExitCode);

        Train("m.zip", "--checkpoint", Checkpoints, "--epochs", "1", "--resume", "--batch-size", "16", "--seed", "1")
            .AssertFailed(1, $"{Checkpoints}: the checkpoints are of another training: --batch-size was 8 and is 16; --seed was 42 and is 1; Rows");
    }

    [Fact]
    public void Train_WithoutACheckpoint_StartsAfreshAndSaysSo()
    {
        CommandRun run = Train("m.zip", "--checkpoint", Checkpoints, "--epochs", "1", "--resume");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"The folder {Checkpoints} holds no checkpoint yet, so the training starts afresh.", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--resume goes with --checkpoint, which names the folder.", "--resume")]
    [InlineData("--checkpoint-every goes with --checkpoint, which names the folder.", "--checkpoint-every", "2")]
    [InlineData("--checkpoint-minutes must be a number above 0, but is '0'.", "--checkpoint", "x", "--checkpoint-minutes", "0")]
    [InlineData("--checkpoint must be the name of a folder, but is empty.", "--checkpoint", "")]
    public void Request_ThatIsWrong_EndsWithTwoAndASentence(string sentence, params string[] args) => Train("m.zip", args).AssertFailed(2, sentence);

    [Fact]
    public void Checkpoint_BelowAFile_EndsWithTwoAndASentence() =>
        Train("m.zip", "--checkpoint", Path.Combine(_csv, "run")).AssertFailed(2, "no checkpoint can be written in this folder (");

    public void Dispose() => _folder.Dispose();

    private CommandRun Train(string output, params string[] more) =>
        CommandRun.Of(["train", "--data", _csv, "--output", _folder.At(output), .. Settings(more)]);

    // What is given replaces what is set.
    private static string[] Settings(params string[] more) =>
        [.. _settings.Chunk(2).Where(pair => !more.Contains(pair[0])).SelectMany(pair => pair), .. more];

    private void AssertSameModel(string expected, string actual)
    {
        Assert.Equal(WeightsOf(expected), WeightsOf(actual));
        JsonNode[] training = [.. new[] { expected, actual }.Select(model => CommandRun.JsonOf(_folder.At("info.json"), "info", "--model", _folder.At(model))["training"]!)];
        Assert.Equal(WithoutTimes(training[0]), WithoutTimes(training[1]));
    }

    private byte[] WeightsOf(string model)
    {
        using ZipArchive zip = ZipFile.OpenRead(_folder.At(model));
        using Stream weights = zip.Entries.Single(entry => entry.Name == "weights.safetensors").Open();
        using var content = new MemoryStream();
        weights.CopyTo(content);
        return content.ToArray();
    }

    private static string WithoutTimes(JsonNode node)
    {
        JsonNode copy = node.DeepClone();
        Remove(copy);
        return copy.ToJsonString();

        static void Remove(JsonNode? part)
        {
            if (part is JsonObject properties)
            {
                properties.Remove("seconds");
                foreach ((_, JsonNode? value) in properties)
                    Remove(value);
            }
            else if (part is JsonArray items)
            {
                foreach (JsonNode? item in items)
                    Remove(item);
            }
        }
    }
}
