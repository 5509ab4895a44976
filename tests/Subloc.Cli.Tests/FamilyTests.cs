using System.Text.Json.Nodes;

namespace Subloc.Cli.Tests;

public sealed class FamilyTests(TinyModel model) : IClassFixture<TinyModel>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void TrainInfoPredictExport_WithFamilies_Work()
    {
        string path = _folder.At("families.zip"), exported = _folder.At("families.onnx"), json = _folder.At("info.json");

        CommandRun trained = Train(path, "--families", "500");
        CommandRun info = CommandRun.Of("info", "--model", path);
        CommandRun predicted = CommandRun.Of("predict", "--model", path, "--input", model.Csv, "--output", _folder.At("zip.csv"));
        CommandRun export = CommandRun.Of("export", "--model", path, "--output", exported);
        CommandRun again = CommandRun.Of("predict", "--model", exported, "--input", model.Csv, "--output", _folder.At("onnx.csv"));
        CommandRun exportedInfo = CommandRun.Of("info", "--model", exported, "--json", json);

        Assert.All(new[] { trained, info, predicted, export, again, exportedInfo }, run => Assert.True(run.ExitCode == 0, run.Error));
        Assert.Matches("families +[0-9]+\n", info.Output);
        Assert.InRange(JsonNode.Parse(File.ReadAllText(json))!["families"]!.GetValue<int>(), 20, 500);
        Assert.Equal(Predicted("zip.csv"), Predicted("onnx.csv"));
        Assert.True(Predicted("zip.csv").Zip(model.Proteins).Count(pair => pair.First == pair.Second.Label) > 60);
    }

    [Fact]
    public void Train_Subloc_HasFamiliesUnlessToldOtherwise()
    {
        string with = _folder.At("with.zip"), without = _folder.At("without.zip");

        CommandRun first = Train(with, "--network", "subloc"), second = Train(without, "--network", "subloc", "--families", "0");

        Assert.All(new[] { first, second }, run => Assert.True(run.ExitCode == 0, run.Error));
        Assert.Matches("families +[0-9]+\n", CommandRun.Of("info", "--model", with).Output);
        Assert.DoesNotMatch("families +[0-9]+\n", CommandRun.Of("info", "--model", without).Output);
    }

    [Fact]
    public void Train_FamiliesOfOtherInputs_Works()
    {
        string path = _folder.At("blosum.zip");

        CommandRun run = Train(path, "--families", "10", "--input", "blosum62");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Matches("families +10\n", CommandRun.Of("info", "--model", path).Output);
    }

    public void Dispose() => _folder.Dispose();

    private CommandRun Train(string path, params string[] options) => CommandRun.Of(
        ["train", "--data", model.Csv, "--length", "80", "--epochs", "1", "--validation-fraction", "0", "--threads", "1", "--output", path, .. options]);

    private string[] Predicted(string file) => [.. File.ReadLines(_folder.At(file)).Skip(1).Select(line => line.Split(',')[1])];
}
