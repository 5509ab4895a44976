using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Subloc.MLNet;
using Subloc.MLNet.Onnx;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Persistence;

namespace Subloc.Cli.Tests;

/// <summary>Exported models, used as saved ones are.</summary>
public sealed class OnnxModelTests : IClassFixture<TinyModel>, IDisposable
{
    private readonly TinyModel _model;
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public OnnxModelTests(TinyModel model)
    {
        _model = model;
        _path = _folder.At("model.onnx");
        ITransformer pipeline = ModelFile.Load(new MLContext(0), model.Path, out _);
        pipeline.ExportToOnnx(_path);
        ((IDisposable)pipeline).Dispose();
    }

    [Fact]
    public void Predict_OfAnExportedModel_GivesWhatTheSavedOneGives()
    {
        string[][] expected = Predict(_model.Path);
        string[][] found = Predict(_path, "--threads", "2", "--device", "cpu");

        Assert.Equal(expected[0], found[0]);
        Assert.Equal(expected.Select(row => row[..2]), found.Select(row => row[..2]));
        foreach ((string[] first, string[] second) in expected.Zip(found).Skip(1))
        {
            foreach ((string one, string other) in first.Zip(second).Skip(2))
                Assert.Equal(double.Parse(one, CultureInfo.InvariantCulture), double.Parse(other, CultureInfo.InvariantCulture), 1e-4);
        }
    }

    [Fact]
    public void Evaluate_OfAnExportedModel_MeasuresTheSame()
    {
        JsonObject expected = CommandRun.JsonOf(_folder.At("z.json"), "evaluate", "--model", _model.Path, "--data", _model.Csv);
        JsonObject found = CommandRun.JsonOf(_folder.At("o.json"), "evaluate", "--model", _path, "--data", _model.Csv);

        Assert.Equal((double)expected["accuracy"]!, (double)found["accuracy"]!);
        Assert.Equal((double)expected["logLoss"]!, (double)found["logLoss"]!, 1e-4);
        Assert.True(JsonNode.DeepEquals(expected["baselines"], found["baselines"]));
    }

    [Fact]
    public void Info_OfAnExportedModel_TellsTheSame()
    {
        JsonObject expected = CommandRun.JsonOf(_folder.At("z.json"), "info", "--model", _model.Path);
        JsonObject found = CommandRun.JsonOf(_folder.At("o.json"), "info", "--model", _path);

        Assert.Equal("libtorch", (string?)expected["runtime"]);
        Assert.Equal("ONNX Runtime", (string?)found["runtime"]);
        foreach (string name in (string[])["network", "config", "input", "length", "channels", "parameters", "classes", "training"])
            Assert.True(JsonNode.DeepEquals(expected[name], found[name]), name);
        Assert.Contains("sequences of up to 60 residues (OneHot)", CommandRun.Of("info", "--model", _path).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_OfASavedPipelineWithAnExportedModel_GivesTheSame()
    {
        var context = new MLContext(0);
        using (var pipeline = context.Model.LoadProteinOnnx(_path))
            context.Model.Save(pipeline, context.Data.LoadProteins(_model.Csv).Schema, _folder.At("again.zip"));

        Assert.Equal(Predict(_path), Predict(_folder.At("again.zip")));
    }

    [Fact]
    public void Commands_WhereLibtorchCannotBeFound_WorkWithAnExportedModel()
    {
        if (!OperatingSystem.IsLinux())
            return;

        // The C library writes down what it loads.
        string empty = Directory.CreateDirectory(_folder.At("empty")).FullName;
        (string, string)[] environment = [("SUBLOC_LIBTORCH", empty), ("LD_DEBUG", "files"), ("LD_DEBUG_OUTPUT", _folder.At("loaded"))];

        using (var saved = new ChildProcess(environment, "info", "--model", _model.Path))
            saved.Finish().AssertFailed(1, $"SUBLOC_LIBTORCH is '{empty}', but neither it nor its lib");
        Array.ForEach(Directory.GetFiles(_folder.FullName, "loaded.*"), File.Delete);

        foreach (string[] command in (string[][])[
            ["predict", "--model", _path, "--input", _model.Csv],
            ["evaluate", "--model", _path, "--data", _model.Csv],
            ["info", "--model", _path],
        ])
        {
            using var child = new ChildProcess(environment, command);
            CommandRun run = child.Finish();
            Assert.True(run.ExitCode == 0, run.Error);
            string file = Directory.GetFiles(_folder.FullName, "loaded.*").Single();
            string loaded = File.ReadAllText(file);
            Assert.Contains("libonnxruntime.so", loaded, StringComparison.Ordinal);
            Assert.DoesNotContain("torch", loaded, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("libc10", loaded, StringComparison.Ordinal);
            File.Delete(file);
        }
    }

    [Fact]
    public void Predict_OnAGpu_IsRefused() => CommandRun.Of("predict", "--model", _path, "--input", _model.Csv, "--device", "cuda")
        .AssertFailed(1, $"The device 'cuda' was asked for, but the exported model {_path} is computed on the processor only");

    [Fact]
    public void Export_OfAnExportedModel_IsRefused() => CommandRun.Of("export", "--model", _path, "--output", _folder.At("b.onnx"))
        .AssertFailed(1, $"{_path}: this is an exported model already");

    [Theory]
    [InlineData("empty", "the file is empty; expected an ONNX model.")]
    [InlineData("zip", "this is not an ONNX model.")]
    [InlineData("cut", "is cut off")]
    [InlineData("absent", "there is no such model file")]
    public void Predict_WithAFileThatIsNoExportedModel_SaysWhatItIs(string kind, string sentence)
    {
        byte[] whole = File.ReadAllBytes(_path);
        string bad = _folder.At("bad.onnx");
        if (kind != "absent")
            File.WriteAllBytes(bad, kind switch { "zip" => File.ReadAllBytes(_model.Path), "cut" => whole[..(whole.Length / 2)], _ => [] });

        CommandRun run = CommandRun.Of("predict", "--model", bad, "--input", _model.Csv);

        run.AssertFailed(kind == "absent" ? 2 : 1, sentence);
        Assert.StartsWith(bad, run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string[][] Predict(string model, params string[] more)
    {
        CommandRun run = CommandRun.Of(["predict", "--model", model, "--input", _model.Csv, "--quiet", .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        return [.. run.Output.TrimEnd().Split('\n').Select(line => line.Split(','))];
    }
}
