using System.Text.Json.Nodes;

namespace Subloc.Cli.Tests;

public sealed class FamilyTests(TinyModel model) : IClassFixture<TinyModel>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void TrainInfoPredictExport_OfFamilies_Work()
    {
        string path = _folder.At("families.zip"), exported = _folder.At("families.onnx"), json = _folder.At("result.json");

        CommandRun trained = CommandRun.Of("train", "--data", model.Csv, "--network", "families", "--length", "80", "--output", path, "--json", json);
        CommandRun info = CommandRun.Of("info", "--model", path);
        CommandRun predicted = CommandRun.Of("predict", "--model", path, "--input", model.Csv, "--output", _folder.At("zip.csv"));
        CommandRun export = CommandRun.Of("export", "--model", path, "--output", exported);
        CommandRun again = CommandRun.Of("predict", "--model", exported, "--input", model.Csv, "--output", _folder.At("onnx.csv"));

        Assert.All(new[] { trained, info, predicted, export, again }, run => Assert.True(run.ExitCode == 0, run.Error));
        Assert.Contains($"Saved {path}; took ", trained.Output, StringComparison.Ordinal);
        Assert.Empty(JsonNode.Parse(File.ReadAllText(json))!["training"]!["history"]!.AsArray());
        Assert.Contains("training time", info.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("best epoch", info.Output, StringComparison.Ordinal);
        Assert.Equal(Predicted("zip.csv"), Predicted("onnx.csv"));
        Assert.True(Predicted("zip.csv").Zip(model.Proteins).Count(pair => pair.First == pair.Second.Label) > 60);
    }

    [Fact]
    public void CrossValidate_FamiliesWithOthers_AveragesThem()
    {
        string others = _folder.At("others.csv");
        CommandRun first = CommandRun.Of(
            "crossvalidate", "--data", model.Csv, "--length", "60", "--epochs", "1", "--validation-fraction", "0", "--threads", "1", "--predictions", others);

        CommandRun run = CommandRun.Of("crossvalidate", "--data", model.Csv, "--network", "families", "--length", "80", "--average-with", others, "--threads", "1");

        Assert.True(first.ExitCode == 0, first.Error);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("majority class", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--epochs", "3")]
    [InlineData("--learning-rate", "0.1")]
    [InlineData("--masked-residues", "0.1")]
    [InlineData("--optimizer", "muon")]
    [InlineData("--checkpoint", "folder")]
    public void Train_FamiliesWithSettingsOfGradients_IsRefused(string option, string value)
    {
        CommandRun run = CommandRun.Of("train", "--data", model.Csv, "--network", "families", "--output", _folder.At("no.zip"), option, value);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{option} has no effect on families", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("no.zip")));
    }

    public void Dispose() => _folder.Dispose();

    private string[] Predicted(string file) => [.. File.ReadLines(_folder.At(file)).Skip(1).Select(line => line.Split(',')[1])];
}
