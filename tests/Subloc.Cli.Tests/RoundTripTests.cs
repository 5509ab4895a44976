using System.Globalization;
using System.Text.Json.Nodes;
using Subloc.MLNet.Data;

namespace Subloc.Cli.Tests;

public sealed class RoundTripTests(TinyModel model) : IClassFixture<TinyModel>
{
    private static readonly SyntheticProtein[] _heldOut =
        [.. SyntheticProteins.Generate(new SyntheticProteinOptions { Count = 50, MaxLength = 80, Seed = 9 })];

    [Fact]
    public void Train_OnCsv_ReportsDataAndEpochs()
    {
        Assert.Contains("120 proteins of 10 compartments in 3 homology partitions.", model.TrainingOutput, StringComparison.Ordinal);
        Assert.Contains("Epoch 2 of 2: loss", model.TrainingOutput, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001B', model.TrainingOutput);
    }

    [Fact]
    public void Evaluate_OfHeldOutProteins_AgreesWithPredictions()
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("held-out.csv", TinyModel.ToCsv(_heldOut));

        JsonObject metrics = CommandRun.JsonOf(folder.At("metrics.json"), "evaluate", "--model", model.Path, "--data", data);
        CommandRun.JsonOf(folder.At("predict.json"), "predict", "--model", model.Path, "--input", data, "--output", folder.At("p.csv"));

        string[][] rows = ReadCsv(folder.At("p.csv"));
        Dictionary<string, int> column = rows[0].Index().ToDictionary(cell => cell.Item, cell => cell.Index);
        double accuracy = rows.Skip(1).Zip(_heldOut).Average(pair => pair.First[1] == pair.Second.Label ? 1.0 : 0);
        double logLoss = rows.Skip(1).Zip(_heldOut).Average(pair => -Math.Log(Number(pair.First[column[pair.Second.Label]])));
        Assert.Equal(_heldOut.Length, (int)metrics["n"]!);
        Assert.Equal(accuracy, (double)metrics["accuracy"]!, 9);
        Assert.Equal(logLoss, (double)metrics["logLoss"]!, 5);
        foreach (string name in (string[])["macroAccuracy", "macroF1", "gorodkin", "expectedCalibrationError"])
            Assert.True(double.IsFinite((double)metrics[name]!), name);
        Assert.Equal(SyntheticProteins.Compartments, metrics["perClass"]!.AsObject().Select(one => one.Key));
        JsonObject nucleus = metrics["perClass"]!["Nucleus"]!.AsObject();
        int predicted = rows.Skip(1).Count(row => row[1] == "Nucleus");
        int right = rows.Skip(1).Zip(_heldOut).Count(pair => pair.First[1] == "Nucleus" && pair.Second.Label == "Nucleus");
        Assert.Equal(_heldOut.Count(protein => protein.Label == "Nucleus"), (int)nucleus["n"]!);
        Assert.Equal(predicted == 0 ? 0 : right / (double)predicted, (double)nucleus["precision"]!, 9);
        Assert.Equal(["recall", "f1", "mcc"], nucleus.Select(one => one.Key).TakeLast(3));
        Assert.NotNull(metrics["baselines"]!["majority"]!["accuracy"]);
        Assert.NotNull(metrics["confusionMatrix"]!["rows"]);
        Assert.Equal(2, metrics["intervals"]!["accuracy"]!.AsArray().Count);
    }

    [Fact]
    public void Train_WithEqualSeeds_GivesEqualPredictionsAndMetrics()
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("held-out.csv", TinyModel.ToCsv(_heldOut));
        foreach (string name in (string[])["a", "b"])
        {
            Train(folder, name, "7");
            CommandRun.JsonOf(folder.At($"{name}.json"), "evaluate", "--model", folder.At($"{name}.zip"), "--data", data, "--threads", "1");
            CommandRun.Of("predict", "--model", folder.At($"{name}.zip"), "--input", data, "--output", folder.At($"{name}.csv"), "--threads", "1");
        }

        Train(folder, "c", "8");
        CommandRun.Of("predict", "--model", folder.At("c.zip"), "--input", data, "--output", folder.At("c.csv"), "--threads", "1");

        Assert.Equal(File.ReadAllText(folder.At("a.csv")), File.ReadAllText(folder.At("b.csv")));
        Assert.NotEqual(File.ReadAllText(folder.At("a.csv")), File.ReadAllText(folder.At("c.csv")));
        Assert.Equal(File.ReadAllText(folder.At("a.json")).Replace("/a.", "/", StringComparison.Ordinal),
            File.ReadAllText(folder.At("b.json")).Replace("/b.", "/", StringComparison.Ordinal));
    }

    [Fact]
    public void Predict_ToTheOutput_PrintsWhatItWouldWrite()
    {
        using var folder = new TemporaryFolder();
        CommandRun.Of("predict", "--model", model.Path, "--input", model.Csv, "--output", folder.At("p.csv"));

        CommandRun run = CommandRun.Of("predict", "--model", model.Path, "--data", model.Csv, "--output", "-");

        Assert.Equal(File.ReadAllText(folder.At("p.csv")), run.Output);
        Assert.Contains("120 proteins predicted", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_ToADevice_WritesThere()
    {
        if (OperatingSystem.IsWindows())
            return;

        CommandRun run = CommandRun.Of("info", "--model", model.Path, "--json", "/dev/null");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(0, new FileInfo("/dev/null").Length);
    }

    [Fact]
    public void Info_ToALink_ReplacesWhatTheLinkNames()
    {
        if (OperatingSystem.IsWindows())
            return;

        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.At("link.json"), folder.Write("real.json", "old"));

        CommandRun.JsonOf(folder.At("link.json"), "info", "--model", model.Path);

        Assert.NotNull(new FileInfo(folder.At("link.json")).LinkTarget);
        Assert.StartsWith("{", File.ReadAllText(folder.At("real.json")), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(folder.FullName).Length);
    }

    [Fact]
    public void Predict_OfDuplicatesAndSeveralLabels_KeepsAllRowsInOrder()
    {
        using var folder = new TemporaryFolder();
        string input = folder.Write("odd.csv", "accession,sequence,label\nB,MKKLLW,Nucleus|Plastid\nA,MKR,\nB,MKKLLW,Nucleus\n\"C,1\",MWWWW,Nowhere\n");

        CommandRun run = CommandRun.Of("predict", "--model", model.Path, "--input", input, "--quiet");

        string[] lines = run.Output.TrimEnd().Split('\n');
        Assert.Equal(["id", "B", "A", "B", "\"C"], lines.Select(line => line.Split(',')[0]));
        Assert.Equal(lines[1], lines[3]);
        Assert.Empty(run.Error);
        Assert.All(lines.Take(4).Skip(1), line => Assert.Equal(1, line.Split(',').Skip(3).Sum(Number), 4));
    }

    [Fact]
    public void PredictAndEvaluate_OfAPartitionThatIsText_DoNotLookAtIt()
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("data.csv", "accession,sequence,label,partition\nA,MKKLLW,Nucleus,train\nB,MKR,Plastid,\n");

        JsonObject predicted = CommandRun.JsonOf(folder.At("p.json"), "predict", "--model", model.Path, "--input", data, "--quiet");
        JsonObject metrics = CommandRun.JsonOf(folder.At("e.json"), "evaluate", "--model", model.Path, "--data", data);

        Assert.Equal(2, (int)predicted["n"]!);
        Assert.Equal(2, (int)metrics["n"]!);
    }

    [Fact]
    public void Info_OfModel_TellsHowItWasMade()
    {
        using var folder = new TemporaryFolder();

        JsonObject info = CommandRun.JsonOf(folder.At("info.json"), "info", "--model", model.Path);

        Assert.Equal(60, (int)info["length"]!);
        Assert.Equal(10, info["classes"]!.AsArray().Count);
        Assert.Equal(42, (int)info["training"]!["seed"]!);
        Assert.Equal(2, info["training"]!["history"]!.AsArray().Count);
        Assert.Equal("partition", (string?)info["training"]!["validationSplit"]);
        Assert.True((long)info["parameters"]! > 1000);
        Assert.Equal(64, ((string)info["training"]!["dataHash"]!).Length);
        Assert.Contains("Microsoft.ML", info["versions"]!.AsObject().Select(one => one.Key));
    }

    [Fact]
    public void Doctor_WhereLibTorchStarts_SaysSo()
    {
        CommandRun run = CommandRun.Of("doctor");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Networks can run on this computer.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_Leniently_SkipsAndCounts()
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("odd.csv", "accession,sequence,label\nA,MKKLLW,Nucleus|Plastid\nB,MKR,\nC,MWWWW,Nowhere\nD,MKR!,Nucleus\nE,MKLL,Nucleus\n");

        JsonObject metrics = CommandRun.JsonOf(folder.At("e.json"), "evaluate", "--model", model.Path, "--data", data, "--lenient");
        JsonObject first = CommandRun.JsonOf(folder.At("f.json"), "evaluate", "--model", model.Path, "--data", data, "--lenient", "--multi", "first");

        Assert.Equal(1, (int)metrics["n"]!);
        Assert.Equal(1, (int)metrics["foreignLabelsSkipped"]!);
        Assert.Equal(1, (int)metrics["data"]!["multiLabelExcluded"]!);
        Assert.Equal(2, (int)metrics["data"]!["skipped"]!);
        Assert.Equal(2, (int)first["n"]!);
    }

    private static string[][] ReadCsv(string path) => [.. File.ReadLines(path).Select(line => line.Split(','))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private void Train(TemporaryFolder folder, string name, string seed)
    {
        CommandRun run = CommandRun.Of("train", "--data", model.Csv, "--output", folder.At(name + ".zip"),
            "--length", "60", "--epochs", "2", "--threads", "1", "--seed", seed, "--quiet");
        Assert.Equal(new CommandRun(0, "", ""), run);
    }
}
