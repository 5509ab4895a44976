using System.Text.Json;
using System.Text.Json.Nodes;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Cli.Tests;

public sealed class LearningOptionsTests(TinyModel model) : IClassFixture<TinyModel>, IDisposable
{
    private static readonly string[] _settings = ["--length", "60", "--epochs", "3", "--threads", "1", "--device", "cpu"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Train_WithoutThem_LearnsAsBefore()
    {
        JsonObject learning = Train()["settings"]!["learning"]!.AsObject();

        Assert.Equal("adam", (string?)learning["optimizer"]!["kind"]);
        Assert.Equal("constant", (string?)learning["schedule"]!["kind"]);
        Assert.Equal("none", (string?)learning["loss"]!["classWeighting"]);
        Assert.Equal((0, 0), ((double)learning["loss"]!["labelSmoothing"]!, (double)learning["loss"]!["focalGamma"]!));
        Assert.Equal((null, 1, null, "validationLoss"),
            (learning["clipNorm"], (int)learning["accumulateBatches"]!, learning["averageDecay"], (string?)learning["stopOn"]));
    }

    [Fact]
    public void Train_WithAllOfThem_HandsThemToTheTrainer()
    {
        JsonObject json = Train(
            "--optimizer", "adamw", "--weight-decay", "0.05", "--schedule", "cosine", "--warmup", "0.25", "--loss", "focal", "--focal-gamma", "1.5",
            "--label-smoothing", "0.1", "--class-weights", "balanced", "--clip", "2", "--average", "0.9", "--accumulate", "2", "--stop-on", "gorodkin",
            "--learning-rate", "0.004");

        JsonNode settings = json["training"]!["settings"]!;
        Assert.Equal(("adamw", 0.05), ((string?)settings["optimizer"]!["kind"], (double)settings["optimizer"]!["weightDecay"]!));
        Assert.Equal(("cosine", 0.25), ((string?)settings["schedule"]!["kind"], (double)settings["schedule"]!["warmUp"]!));
        Assert.Equal((1.5, 0.1, "Balanced"),
            ((double)settings["loss"]!["focalGamma"]!, (double)settings["loss"]!["labelSmoothing"]!, (string?)settings["loss"]!["classWeighting"]));
        Assert.Equal((2, 0.9, 2, "ValidationGorodkin"),
            ((double)settings["clipNorm"]!, (double)settings["averageDecay"]!, (int)settings["accumulateBatches"]!, (string?)settings["stopOn"]));
        Assert.Equal(0.004, json["training"]!["history"]!.AsArray().Max(epoch => (double)epoch!["learningRate"]!), 1e-12);
    }

    [Theory]
    [InlineData("effective", "EffectiveNumber", "sgd", "one-cycle", "accuracy", "ValidationAccuracy")]
    [InlineData("none", "None", "adam", "plateau", "macro-f1", "ValidationMacroF1")]
    [InlineData("none", "None", "adam", "constant", "training-loss", "TrainingLoss")]
    public void Train_WithEveryWord_KnowsIt(string weights, string weighting, string optimizer, string schedule, string metric, string stopOn)
    {
        JsonNode settings = Train("--class-weights", weights, "--optimizer", optimizer, "--schedule", schedule, "--stop-on", metric)["training"]!["settings"]!;

        Assert.Equal((weighting, optimizer, stopOn),
            ((string?)settings["loss"]!["classWeighting"], (string?)settings["optimizer"]!["kind"], (string?)settings["stopOn"]));
        Assert.Equal(schedule == "one-cycle" ? "oneCycle" : schedule, (string?)settings["schedule"]!["kind"]);
    }

    [Theory]
    [InlineData("--network cnn1 --pretraining-epochs 2", "--pretraining-epochs goes with --network transformer, not with cnn1, which cannot tell residues; leave it out.")]
    [InlineData("--network subloc --input blosum62", "--input blosum62 does not go with subloc, which describes proteins by their residues; leave it out.")]
    public void Train_WithWhatTheNetworkCannot_IsRefused(string options, string sentence) =>
        CommandRun.Of(["train", "--data", model.Csv, "--output", _folder.At("m.zip"), .. options.Split(' ')]).AssertFailed(2, sentence);

    [Fact]
    public void Train_WithPretraining_SaysHowItGoesOnAndCountsItsTime()
    {
        CommandRun run = CommandRun.Of(["train", "--data", model.Csv, "--output", _folder.At("m.zip"), "--network", "transformer", "--pretraining-epochs", "2",
            "--json", _folder.At("t.json"), .. _settings]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("Learning hidden residues of ", run.Output, StringComparison.Ordinal);
        Assert.Contains("Pretraining, epoch 2 of 2: loss ", run.Output, StringComparison.Ordinal);
        JsonNode training = JsonNode.Parse(File.ReadAllText(_folder.At("t.json")))!["training"]!;
        Assert.True((double)training["seconds"]! > training["history"]!.AsArray().Sum(epoch => (double)epoch!["seconds"]!));
    }

    [Fact]
    public void Train_WithHistory_WritesALineForEachEpoch()
    {
        JsonObject json = Train("--history", _folder.At("h.jsonl"));

        EpochResult?[] lines = [.. File.ReadLines(_folder.At("h.jsonl")).Select(line => JsonSerializer.Deserialize<EpochResult>(line, JsonSerializerOptions.Web))];
        Assert.Equal(json["training"]!["history"]!.Deserialize<EpochResult[]>(JsonSerializerOptions.Web), lines);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public void CrossValidate_WithHistory_WritesAFileForEachFold()
    {
        CommandRun run = CommandRun.Of(["crossvalidate", "--data", model.Csv, "--history", _folder.At("h.csv"), .. _settings]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["h-fold1.csv", "h-fold2.csv", "h-fold3.csv"], Directory.GetFiles(_folder.FullName).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetFiles(_folder.FullName), file => Assert.Equal(4, File.ReadAllLines(file).Length));
    }

    [Fact]
    public void CrossValidate_WithAHistoryThatFallsOntoTheData_LeavesThem()
    {
        string data = _folder.Write("h-fold2.csv", File.ReadAllText(model.Csv));

        CommandRun run = CommandRun.Of(["crossvalidate", "--data", data, "--history", _folder.At("h.csv"), .. _settings]);

        run.AssertFailed(2, "h-fold2.csv: this file is read as well");
        Assert.Equal(File.ReadAllText(model.Csv), File.ReadAllText(data));
    }

    public void Dispose() => _folder.Dispose();

    private JsonObject Train(params string[] options) =>
        CommandRun.JsonOf(_folder.At("t.json"), ["train", "--data", model.Csv, "--output", _folder.At("m.zip"), .. _settings, .. options]);
}
