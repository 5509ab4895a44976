using System.Text.Json.Nodes;
using Subloc.MLNet.Onnx;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.Cli.Tests;

public sealed class ExportTests(TinyModel model) : IClassFixture<TinyModel>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Export_OfAModel_WritesAnOnnxFileThatDescribesItself()
    {
        string path = _folder.At("model.onnx");

        JsonObject result = CommandRun.JsonOf(_folder.At("e.json"), "export", "--model", model.Path, "--output", path);

        JsonObject info = CommandRun.JsonOf(_folder.At("i.json"), "info", "--model", model.Path);
        OnnxModelInfo exported = OnnxModelInfo.Read(path);
        Assert.Equal(new FileInfo(path).Length, (long)result["bytes"]!);
        Assert.Equal(ProteinEncoding.Tokens, exported.Encoding);
        Assert.Equal(SequenceEnds.Both, exported.LengthPolicy);
        Assert.Equal(60, exported.Length);
        Assert.Equal(info["classes"]!.AsArray().Select(name => (string)name!), exported.ClassNames);
        Assert.Equal((string)info["network"]!, exported.Network);
        Assert.Equal((long)info["parameters"]!, exported.ParameterCount);
        Assert.Equal((string)info["training"]!["dataHash"]!, exported.Training.GetProperty("dataHash").GetString());
        Assert.Equal(2, Directory.GetFiles(_folder.FullName, "*.json").Length);
        Assert.Single(Directory.GetFiles(_folder.FullName, "*.onnx*"));
    }

    [Fact]
    public void Export_InInt8_WritesAModelThatPredicts()
    {
        string path = _folder.At("small.onnx");

        JsonObject result = CommandRun.JsonOf(_folder.At("e.json"), "export", "--model", model.Path, "--output", path, "--precision", "int8", "--data", model.Csv);

        Assert.Equal("int8", (string)result["precision"]!);
        Assert.Equal("ONNX Runtime, int8", (string)CommandRun.JsonOf(_folder.At("i.json"), "info", "--model", path)["runtime"]!);
        JsonObject exact = CommandRun.JsonOf(_folder.At("z.json"), "evaluate", "--model", model.Path, "--data", model.Csv);
        JsonObject rounded = CommandRun.JsonOf(_folder.At("o.json"), "evaluate", "--model", path, "--data", model.Csv);
        Assert.Equal((double)exact["accuracy"]!, (double)rounded["accuracy"]!, 0.1);
        Assert.Equal((double)exact["logLoss"]!, (double)rounded["logLoss"]!, 0.05);
    }

    [Theory]
    [InlineData("float32")]
    [InlineData("int8", "--data")]
    public void Export_OfSeveralModels_AveragesThem(string precision, params string[] data)
    {
        string path = _folder.At("average.onnx");
        string[] options = ["--precision", precision, .. data, .. data.Select(_ => model.Csv)];

        JsonObject result = CommandRun.JsonOf(_folder.At("e.json"), ["export", "--model", model.Path, model.Path, "--output", path, .. options]);

        Assert.Equal([model.Path, model.Path], result["models"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(2, (int)CommandRun.JsonOf(_folder.At("i.json"), "info", "--model", path)["networks"]!);
        Assert.Contains("the average of 2", CommandRun.Of("info", "--model", path).Output, StringComparison.Ordinal);
        JsonObject one = CommandRun.JsonOf(_folder.At("z.json"), "evaluate", "--model", model.Path, "--data", model.Csv);
        JsonObject average = CommandRun.JsonOf(_folder.At("o.json"), "evaluate", "--model", path, "--data", model.Csv);
        Assert.Equal((double)one["logLoss"]!, (double)average["logLoss"]!, precision == "int8" ? 0.05 : 1e-4);
    }

    [Fact]
    public void Export_OfAnExportedModelAmongSeveral_IsRefused()
    {
        string path = _folder.At("m.onnx");
        CommandRun.JsonOf(_folder.At("e.json"), "export", "--model", model.Path, "--output", path);

        CommandRun.Of("export", "--model", model.Path, path, "--output", _folder.At("a.onnx")).AssertFailed(1, "this is an exported model already");

        Assert.False(File.Exists(_folder.At("a.onnx")));
    }

    [Fact]
    public void Export_InInt8WithShortWeights_IsSmaller()
    {
        JsonNode whole = CommandRun.JsonOf(_folder.At("w.json"), "export", "--model", model.Path, "--output", _folder.At("w.onnx"), "--precision", "int8", "--data", model.Csv);
        JsonNode small = CommandRun.JsonOf(
            _folder.At("s.json"), "export", "--model", model.Path, "--output", _folder.At("s.onnx"), "--precision", "int8", "--data", model.Csv, "--weights", "int8");

        Assert.Equal(("int8", "int8"), ((string?)small["precision"], (string?)small["weights"]));
        Assert.InRange((long)small["bytes"]!, 1, (long)whole["bytes"]! - 1);
        Assert.Equal(new FileInfo(_folder.At("s.onnx")).Length, (long)small["bytes"]!);
    }

    [Theory]
    [InlineData("--precision", "int8")]
    [InlineData("--precision", "float32", "--data")]
    public void Export_InInt8WithoutProteinsOrOtherwiseWithThem_IsRefused(params string[] options)
    {
        string[] data = options[^1] == "--data" ? [model.Csv] : [];
        CommandRun.Of(["export", "--model", model.Path, "--output", _folder.At("m.onnx"), .. options, .. data]).AssertFailed(2, "--precision int8 needs --data");

        Assert.Empty(Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void Export_OverItsOwnModel_IsRefused() =>
        CommandRun.Of("export", "--model", model.Path, "--output", model.Path).AssertFailed(2, "this file is read as well");

    [Fact]
    public void Export_IntoAFolderThatIsNotThere_IsRefused() =>
        CommandRun.Of("export", "--model", model.Path, "--output", _folder.At("no/model.onnx")).AssertFailed(2, "does not exist");

    [Fact]
    public void Export_OfWhatIsNoModel_LeavesNoFile()
    {
        CommandRun.Of("export", "--model", model.Csv, "--output", _folder.At("model.onnx")).AssertFailed(1, "this is not a saved model");

        Assert.Empty(Directory.GetFiles(_folder.FullName));
    }

    public void Dispose() => _folder.Dispose();
}
