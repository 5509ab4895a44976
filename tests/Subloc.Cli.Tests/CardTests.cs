using System.Text.Json.Nodes;
using Subloc.MLNet.Onnx;
using Subloc.MLNet.Onnx.Cards;

namespace Subloc.Cli.Tests;

/// <summary>From a cross-validation to a model that tells its results.</summary>
public sealed class CardTests(TinyModel model) : IClassFixture<TinyModel>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Card_OfACrossValidation_GoesIntoTheExportedModelAndOutAgain()
    {
        JsonObject result = CrossValidate();
        CommandRun.JsonOf(_folder.At("j.json"), "card", "--crossvalidation", _folder.At("c.json"), "--output", _folder.At("card.json"), "--licence", "MIT", "--name", "tiny");
        CommandRun.JsonOf(_folder.At("e.json"), "export", "--model", model.Path, "--output", _folder.At("m.onnx"), "--card", _folder.At("card.json"), "--weights", "int16");
        CommandRun info = CommandRun.Of("info", "--model", _folder.At("m.onnx"), "--markdown", _folder.At("card.md"));

        Assert.True(info.ExitCode == 0, info.Error);
        ModelCard card = ModelCard.Parse(File.ReadAllText(_folder.At("card.json")), "card");
        Assert.Equal(card.ToMarkdown(), File.ReadAllText(_folder.At("card.md")));
        Assert.StartsWith("# Model card: tiny\n", card.ToMarkdown(), StringComparison.Ordinal);
        JsonNode pooled = result["pooled"]!;
        Assert.Equal(3, card.Folds.Count);
        Assert.Equal(120, card.Folds.Values.Sum());
        Assert.Equal((double)result["summary"]!["accuracy"]!["mean"]!, card.Metrics.Single(metric => metric.Name == "accuracy").Mean);
        Assert.Equal(pooled["perClass"]!.AsObject().Select(one => (one.Key, (int)one.Value!["n"]!)), card.Classes.Select(one => (one.Name, one.Count)));
        Assert.Equal((double)result["calibration"]!["temperature"]!, OnnxModelInfo.Read(_folder.At("m.onnx")).Temperature);
        Assert.Equal((double)pooled["expectedCalibrationError"]!, card.Calibration!.ErrorBefore);
        Assert.Contains("Folds are whole homology partitions", card.Method, StringComparison.Ordinal);
        Assert.Contains("\nCONFUSION MATRIX\n", info.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void CrossValidate_OfSeveralFolds_CalibratesEachByTheOthers()
    {
        JsonNode calibration = CrossValidate()["calibration"]!;

        double[] temperatures = [.. calibration["foldTemperatures"]!.AsArray().Select(one => (double)one!)];
        Assert.Equal(3, temperatures.Length);
        Assert.Equal(3, temperatures.Distinct().Count());
        Assert.InRange((double)calibration["temperature"]!, temperatures.Min() / 2, temperatures.Max() * 2);
        Assert.Equal(120, calibration["reliabilityBins"]!.AsArray().Sum(bin => (int)bin!["count"]!));
        Assert.InRange((double)calibration["expectedCalibrationError"]!, 0, 1);
    }

    [Fact]
    public void Card_OfWhatIsNoCrossValidation_IsRefused()
    {
        CommandRun.Of("card", "--crossvalidation", _folder.Write("a.json", "{}"), "--output", _folder.At("o.json"))
            .AssertFailed(1, "a.json: this is not the JSON result of 'subloc crossvalidate'");
        CommandRun.Of("card", "--crossvalidation", _folder.Write("b.json", "[1"), "--output", _folder.At("o.json")).AssertFailed(1, "b.json: this is not JSON");
        CommandRun.Of("card", "--crossvalidation", _folder.Write("c.json", "{\"complete\":false}"), "--output", _folder.At("o.json")).AssertFailed(1, "did not finish");
        CommandRun.Of("card", "--crossvalidation", _folder.At("no.json"), "--output", _folder.At("o.json")).AssertFailed(2, "no.json: there is no such file");
        Assert.False(File.Exists(_folder.At("o.json")));
    }

    [Fact]
    public void Export_WithACardThatDoesNotFit_IsRefused()
    {
        string[] export = ["export", "--model", model.Path, "--output", _folder.At("m.onnx"), "--card"];

        CommandRun.Of([.. export, _folder.At("no.json")]).AssertFailed(2, "no.json: there is no such model card");
        CommandRun.Of([.. export, _folder.Write("a.json", "{}")]).AssertFailed(1, "a.json: the model card cannot be read");
        CommandRun.Of(["info", "--model", model.Path, "--markdown", _folder.At("x.md")]).AssertFailed(1, "this model has no card");
        Assert.False(File.Exists(_folder.At("m.onnx")));
    }

    public void Dispose() => _folder.Dispose();

    private JsonObject CrossValidate() => CommandRun.JsonOf(
        _folder.At("c.json"), "crossvalidate", "--data", model.Csv, "--length", "60", "--epochs", "2", "--threads", "1", "--device", "cpu");
}
