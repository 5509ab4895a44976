using System.Globalization;
using System.Text.Json.Nodes;

namespace Subloc.Cli.Tests;

public sealed class ChildProcessTests(TinyModel model) : IClassFixture<TinyModel>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void Train_WhenInterrupted_SavesTheBestModelSoFar(string signal)
    {
        if (OperatingSystem.IsWindows())
            return;

        using var child = new ChildProcess("train", "--data", model.Csv, "--output", _folder.At("m.zip"),
            "--length", "60", "--epochs", "100000", "--patience", "100000");
        child.WaitForLine("Epoch 3 of 100000");
        child.Signal(signal);
        CommandRun run = child.Finish();

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Training was cancelled; the best model so far", run.Output, StringComparison.Ordinal);
        Assert.Equal("Stopping; press ctrl-C again to end at once.\n", run.Error);
        JsonObject info = CommandRun.JsonOf(_folder.At("i.json"), "info", "--model", _folder.At("m.zip"));
        Assert.True((bool)info["training"]!["cancelled"]!);
        Assert.Equal(["i.json", "m.zip"], Directory.GetFiles(_folder.FullName).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Train_WhenInterruptedTwice_EndsAtOnceAlthoughItIsBusy()
    {
        if (OperatingSystem.IsWindows())
            return;

        // One batch of 120 long proteins, which takes a second or more and in which nobody asks whether the training is cancelled.
        using var child = new ChildProcess("train", "--data", WriteLongProteins(), "--output", _folder.At("m.zip"), "--network", "resnet2",
            "--batch-size", "120", "--batch-tokens", "1000000", "--validation-fraction", "0", "--epochs", "1000", "--threads", "1", "--precision", "fp32");
        child.WaitForLine("Epoch 1 of 1000");

        child.Signal("INT");
        child.WaitForError("Stopping; press ctrl-C again to end at once.");
        int ended = child.Signal("INT");
        CommandRun run = child.Finish();

        // A training that honoured the first signal would end with 0 and keep a model.
        Assert.Equal(ended, run.ExitCode);
        Assert.Equal("Stopping; press ctrl-C again to end at once.\n", run.Error);
        Assert.False(File.Exists(_folder.At("m.zip")));
    }

    [Fact]
    public void Train_WhileSignalsArrive_KeepsItsMemoryWhole()
    {
        if (!OperatingSystem.IsLinux())
            return;

        // A signal's handler on the thread that computes would overwrite the heap: the kernels for float32 use the stack pointer for another thing.
        using var child = new ChildProcess("train", "--data", WriteLongProteins(), "--output", _folder.At("m.zip"), "--network", "cnn-lstm",
            "--precision", "fp32", "--batch-size", "60", "--validation-fraction", "0", "--epochs", "3", "--threads", "1");
        child.WaitForLine("Training on 120 proteins");
        CommandRun run = child.FinishUnderSignals("CONT");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public void CrossValidate_WhenInterrupted_ReportsTheFinishedFolds()
    {
        if (OperatingSystem.IsWindows())
            return;

        using var child = new ChildProcess("crossvalidate", "--data", model.Csv, "--json", _folder.At("c.json"),
            "--length", "60", "--epochs", "60", "--patience", "60");
        child.WaitForLine("Fold 2 of 3, epoch 2 of 60");
        child.Signal("INT");
        CommandRun run = child.Finish();

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Cancelled after 1 of 3 folds; the result holds the finished ones only.", run.Error, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(File.ReadAllText(_folder.At("c.json")))!;
        Assert.False((bool)json["complete"]!);
        Assert.Single(json["folds"]!.AsArray());
    }

    [Fact]
    public void Predict_WhenInterrupted_SaysHowFarItCame()
    {
        if (OperatingSystem.IsWindows())
            return;

        string input = WriteCopies(100_000);
        using var child = new ChildProcess("predict", "--model", model.Path, "--input", input, "--threads", "2");
        child.WaitForLine(",");
        child.Signal("INT");
        CommandRun run = child.Finish();

        Assert.Equal(1, run.ExitCode);
        Assert.Matches("Cancelled after [0-9]+ proteins", run.Error);
    }

    [Fact]
    public void Predict_OfManyProteins_DoesNotGrow()
    {
        long few = PredictCopies(2_000);
        long many = PredictCopies(50_000);

        Assert.True(many < few + (64L << 20), $"2,000 proteins took {few >> 20} MiB, 50,000 took {many >> 20} MiB.");
    }

    public void Dispose() => _folder.Dispose();

    private string WriteLongProteins() => _folder.Write("long.csv", TinyModel.ToCsv(
        model.Proteins.Select(protein => protein with { Sequence = string.Concat(Enumerable.Repeat(protein.Sequence, 20)) })));

    private long PredictCopies(int count)
    {
        string input = WriteCopies(count);
        using var child = new ChildProcess("predict", "--model", model.Path, "--input", input, "--output", _folder.At("p.csv"), "--threads", "1");
        long peak = child.FinishMeasuringMemory();
        Assert.Equal(count + 1, File.ReadLines(_folder.At("p.csv")).Count());
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"P{count - 1},"), File.ReadLines(_folder.At("p.csv")).Last(), StringComparison.Ordinal);
        return peak;
    }

    private string WriteCopies(int count)
    {
        string path = _folder.At("many.fasta");
        using StreamWriter fasta = File.CreateText(path);
        for (int i = 0; i < count; i++)
            fasta.Write(string.Create(CultureInfo.InvariantCulture, $">P{i}\n{model.Proteins[i % model.Proteins.Count].Sequence}\n"));
        return path;
    }
}
