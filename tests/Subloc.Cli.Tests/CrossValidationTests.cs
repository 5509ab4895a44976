using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Subloc.Cli.Training;
using Subloc.MLNet;
using Subloc.MLNet.Evaluation;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;
using static Microsoft.ML.TrainCatalogBase;

namespace Subloc.Cli.Tests;

public sealed class CrossValidationTests(TinyModel model) : IClassFixture<TinyModel>
{
    private static readonly string[] _settings = ["--length", "60", "--epochs", "2", "--threads", "1", "--device", "cpu"];

    [Fact]
    public void CrossValidate_WithPartitions_AgreesWithTheLibrary()
    {
        using var folder = new TemporaryFolder();

        JsonObject json = CommandRun.JsonOf(folder.At("c.json"), ["crossvalidate", "--data", model.Csv, .. _settings]);

        MLContext context = new(42);
        Compare(json, context.MulticlassClassification.CrossValidateByPartition(Load(context, model.Csv), MakePipeline(context)));
        Assert.Equal(["partition 0", "partition 1", "partition 2"], json["folds"]!.AsArray().Select(fold => (string?)fold!["name"]));
        Assert.True((bool)json["complete"]!);
        Assert.Equal(model.Proteins.Count, (int)json["pooled"]!["n"]!);
        Assert.Equal(42, (int)json["seed"]!);
        Assert.True((double)json["seconds"]! > 0);
        Assert.True((bool)json["folds"]![0]!["baselines"]!["majority"]!["fromTrainingRows"]!);
        Assert.False((bool)json["pooled"]!["baselines"]!["majority"]!["fromTrainingRows"]!);
    }

    [Fact]
    public void CrossValidate_WithFolds_AgreesWithMicrosoftML()
    {
        using var folder = new TemporaryFolder();

        JsonObject json = CommandRun.JsonOf(folder.At("c.json"), ["crossvalidate", "--data", WithoutPartitions(folder), "--folds", "3", .. _settings]);

        MLContext context = new(42);
        IDataView data = Load(context, folder.At("plain.csv"));
        Compare(json, context.MulticlassClassification.CrossValidate(data, MakePipeline(context), 3, seed: 42));
    }

    [Fact]
    public void CrossValidate_WithFoldsAndPartitions_HoldsOutWholePartitions()
    {
        using var folder = new TemporaryFolder();
        Dictionary<uint, int> sizes = model.Proteins.CountBy(protein => protein.Partition).ToDictionary();

        JsonObject json = CommandRun.JsonOf(folder.At("c.json"), ["crossvalidate", "--data", model.Csv, "--folds", "2", .. _settings]);

        JsonArray folds = json["folds"]!.AsArray();
        Assert.Equal(2, folds.Count);
        JsonNode one = Assert.Single(folds, fold => ((string)fold!["name"]!).StartsWith("partition", StringComparison.Ordinal))!;
        Assert.Equal(sizes[uint.Parse(((string)one["name"]!)[10..], System.Globalization.CultureInfo.InvariantCulture)], (int)one["n"]!);
        Assert.Equal(sizes.Values.Sum(), folds.Sum(fold => (int)fold!["n"]!));
    }

    [Fact]
    public void CrossValidate_OfManyPartitions_DealsThemIntoFiveFoldsAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("many.csv", TinyModel.ToCsv(model.Proteins.Select((protein, i) => protein with { Partition = (uint)(i % 30) })));

        CommandRun run = CommandRun.Of(["crossvalidate", "--data", data, .. _settings]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("The 30 homology partitions are dealt into 5 folds, each of them whole.", run.Output, StringComparison.Ordinal);
        Assert.Contains("Fold 5 of 5", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void CrossValidate_WithoutPartitions_SaysThatRandomFoldsReadTooHigh()
    {
        using var folder = new TemporaryFolder();

        CommandRun run = CommandRun.Of(["crossvalidate", "--data", WithoutPartitions(folder), "--folds", "2", "--length", "30", "--epochs", "1"]);

        Assert.Contains("2 folds are drawn at random: relatives may stand on both sides", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("accession,sequence,label\nA,MKK,Nucleus\nB,MKR,Plastid\nC,MKL,Plastid\n", "is empty; use fewer with --folds.")]
    [InlineData("accession,sequence,label\nA,MKK,Nucleus\nB,MKR,Plastid\n", "2 proteins cannot be divided into 3 folds; use fewer")]
    [InlineData("accession,sequence,label,partition\nA,MKK,Nucleus,0\nB,MKR,Plastid,1\n", "2 homology partitions cannot be divided into 3 folds; use fewer")]
    [InlineData("accession,sequence,label,partition\nA,MKK,Nucleus,7\nB,MKR,Plastid,7\n", "of one homology partition")]
    public void CrossValidate_OfTooFewProteins_EndsBeforeTraining(string content, string sentence)
    {
        using var folder = new TemporaryFolder();

        CommandRun run = CommandRun.Of("crossvalidate", "--data", folder.Write("few.csv", content), "--folds", "3");

        run.AssertFailed(1, sentence);
        Assert.DoesNotContain("Fold 1", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void CrossValidate_WhenTheOnlyFoldFails_NamesIt()
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("data.csv", File.ReadAllText(model.Csv));
        using var output = new WatchedWriter("Fold 2 of 3, epoch 1", () => File.Delete(data));
        using var error = new StringWriter();

        int code = CommandLine.Invoke(["crossvalidate", "--data", data, "--fold", "2", .. _settings], output, error);

        new CommandRun(code, output.ToString(), error.ToString()).AssertFailed(1, "Fold 2 of 3 failed: ");
    }

    [Fact]
    public void CrossValidate_WhenALateFoldFails_KeepsTheFinishedOnes()
    {
        using var folder = new TemporaryFolder();
        string data = folder.Write("data.csv", File.ReadAllText(model.Csv));
        using var output = new WatchedWriter("Fold 2 of 3, epoch 1", () => File.Delete(data));
        using var error = new StringWriter();

        int code = CommandLine.Invoke(["crossvalidate", "--data", data, "--json", folder.At("c.json"), .. _settings], output, error);

        new CommandRun(code, output.ToString(), error.ToString()).AssertFailed(1, "Fold 2 of 3 failed; the result holds the finished ones only: ");
        Assert.Contains("\npooled", output.ToString(), StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(File.ReadAllText(folder.At("c.json")))!;
        Assert.False((bool)json["complete"]!);
        Assert.Single(json["folds"]!.AsArray());
    }

    [Fact]
    public void CrossValidate_SharingLabels_LearnsFromProteinsOfSeveralAndMeasuresOnTheOthers()
    {
        using var folder = new TemporaryFolder();
        string several = string.Concat(model.Proteins.Where(protein => protein.Partition == 1).Take(15)
            .Select((protein, i) => $"S{i},{protein.Sequence},Nucleus|{(i % 2 == 0 ? "Cytoplasm" : "Plastid")},1\n"));
        string data = folder.Write("data.csv", File.ReadAllText(model.Csv) + several);

        JsonObject json = CommandRun.JsonOf(folder.At("c.json"), ["crossvalidate", "--data", data, "--multi", "share", .. _settings]);

        Assert.Equal(model.Proteins.Count, (int)json["pooled"]!["n"]!);
        Assert.Equal(15, (int)json["data"]!["multiLabelShared"]!);
        Dictionary<uint, int> sizes = model.Proteins.CountBy(protein => protein.Partition).ToDictionary();
        for (int partition = 0; partition < 3; partition++)
        {
            JsonNode fold = json["folds"]![partition]!;
            int learned = (int)fold["trainingProteins"]! + (int)fold["validationProteins"]!;
            Assert.Equal(model.Proteins.Count - sizes[(uint)partition] + (partition == 1 ? 0 : 15), learned);
        }
    }

    [Fact]
    public void CrossValidate_OneFoldAtATime_IsPutTogetherToTheSameResult()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["crossvalidate", "--data", model.Csv, "--checkpoint", folder.At("saved"), .. _settings];

        JsonObject part = CommandRun.JsonOf(folder.At("part.json"), [.. command, "--fold", "2"]);
        CommandRun.JsonOf(folder.At("part.json"), [.. command, "--fold", "1"]);
        JsonObject all = CommandRun.JsonOf(folder.At("all.json"), [.. command, "--resume", "--output", folder.At("model.zip")]);
        JsonObject direct = CommandRun.JsonOf(folder.At("direct.json"), ["crossvalidate", "--data", model.Csv, .. _settings]);

        Assert.False((bool)part["complete"]!);
        Assert.Equal("partition 1", (string?)Assert.Single(part["folds"]!.AsArray())!["name"]);
        Assert.True((bool)all["complete"]!);
        foreach (string metric in (string[])["accuracy", "logLoss", "macroF1"])
            Assert.Equal(direct["folds"]!.AsArray().Select(fold => (double)fold![metric]!), all["folds"]!.AsArray().Select(fold => (double)fold![metric]!));
        for (int fold = 1; fold <= 3; fold++)
        {
            JsonObject info = CommandRun.JsonOf(folder.At("info.json"), "info", "--model", folder.At($"model-fold{fold}.zip"));
            Assert.Equal((int)all["folds"]![fold - 1]!["trainingProteins"]!, (int)info["training"]!["rows"]!);
        }

        CommandRun.Of([.. command, "--fold", "4"]).AssertFailed(2, "--fold 4 is not one of the 3 folds");
    }

    [Fact]
    public void CrossValidate_WithMembers_AveragesTheLogitsOfNetworksWithSeedsOneApart()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["crossvalidate", "--data", model.Csv, .. _settings];

        // The members' checkpoints are those of cross-validations of their own, whichever comes first.
        JsonObject[] alone = [.. new[] { 1, 2 }.Select(member => CommandRun.JsonOf(folder.At("one.json"), [
            .. command, "--seed", $"{41 + member}", "--predictions", folder.At($"{member}.csv"), "--checkpoint", folder.At($"saved/member-{member}")]))];
        JsonObject both = CommandRun.JsonOf(folder.At("both.json"), [
            .. command, "--members", "2", "--predictions", folder.At("both.csv"), "--checkpoint", folder.At("saved"), "--resume", "--output", folder.At("m.zip")]);
        CommandRun table = CommandRun.Of([.. command, "--members", "2", "--checkpoint", folder.At("saved"), "--resume"]);

        Assert.Equal(2, (int)both["members"]!);
        double[] accuracies = [.. alone.SelectMany(one => one["folds"]!.AsArray()).Select(fold => (double)fold!["accuracy"]!)];
        Assert.NotEqual(accuracies[..3], accuracies[3..]);
        Assert.Equal(accuracies.Order(), both["folds"]!.AsArray().SelectMany(fold => fold!["memberAccuracies"]!.AsArray()).Select(value => (double)value!).Order());
        Assert.Equal(accuracies.Average(), (double)both["memberSummary"]!["accuracy"]!["mean"]!, 9);
        Assert.Equal(6, (int)both["memberSummary"]!["accuracy"]!["n"]!);
        string[][][] files = [.. new[] { "1.csv", "2.csv", "both.csv" }.Select(name => File.ReadLines(folder.At(name)).Skip(1).Select(line => line.Split(',')).ToArray())];
        for (int row = 0; row < files[0].Length; row++)
        {
            double[][] probabilities = [.. files.Select(file => file[row][5..].Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)).ToArray())];
            double[] product = [.. probabilities[0].Zip(probabilities[1], (one, other) => Math.Sqrt(one * other))];
            Assert.Equal([files[0][row][0], files[0][row][2]], [files[2][row][0], files[2][row][2]]);
            Assert.All(probabilities[2].Zip(product), pair => Assert.Equal(pair.Second / product.Sum(), pair.First, 4));
        }

        Assert.True(File.Exists(folder.At("m-fold3-member2.zip")));
        Assert.Contains("\na member alone", table.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void CrossValidate_WithAnother_AveragesItsPredictionsAndMovesClassesByTheOtherFolds()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["crossvalidate", "--data", model.Csv, .. _settings];
        CommandRun.JsonOf(folder.At("other.json"), [.. command, "--seed", "43", "--predictions", folder.At("other.csv")]);
        JsonObject members = CommandRun.JsonOf(folder.At("members.json"), [
            .. command, "--members", "2", "--predictions", folder.At("members.csv"), "--checkpoint", folder.At("saved")]);
        string[] single = [.. command, "--checkpoint", folder.At("saved/member-1"), "--resume", "--average-with", folder.At("other.csv")];

        JsonObject average = CommandRun.JsonOf(folder.At("average.json"), [.. single, "--predictions", folder.At("average.csv")]);
        JsonObject moved = CommandRun.JsonOf(folder.At("moved.json"), [.. single, "--predictions", folder.At("moved.csv"), "--class-offsets"]);
        CommandRun.JsonOf(folder.At("card-result.json"), "card", "--crossvalidation", folder.At("moved.json"), "--output", folder.At("card.json"));

        // The other one is the second member.
        Assert.Equal(2, (int)average["members"]!);
        Assert.Equal((double)members["pooled"]!["logLoss"]!, (double)average["pooled"]!["logLoss"]!, 5);
        Assert.Equal(folder.At("other.csv"), (string?)Assert.Single(average["averagedWith"]!.AsArray()));
        Assert.Empty(average["calibration"]!["classOffsets"]!.AsArray());

        float[][] before = Rows("average.csv", row => row[5..].Select(Number).ToArray()), after = Rows("moved.csv", row => row[5..].Select(Number).ToArray());
        string[] folds = Rows("average.csv", row => row[2]);
        string[] classNames = File.ReadLines(folder.At("average.csv")).First().Split(',')[5..];
        int[] actual = Rows("average.csv", row => Array.IndexOf(classNames, row[1]));
        double[][] offsets = [.. moved["calibration"]!["foldClassOffsets"]!.AsArray().Select(fold => fold!.AsArray().Select(value => (double)value!).ToArray())];
        foreach ((string fold, int number) in folds.Distinct().Select((fold, number) => (fold, number)))
        {
            int[] others = [.. Enumerable.Range(0, folds.Length).Where(row => folds[row] != fold)], own = [.. Enumerable.Range(0, folds.Length).Except(others)];
            Assert.Equal(ClassOffsets.FitToProbabilities([.. others.SelectMany(row => before[row])], [.. others.Select(row => actual[row])]), offsets[number]);
            float[] expected = ClassOffsets.Apply([.. own.SelectMany(row => before[row])], offsets[number]);
            Assert.All(expected.Zip(own.SelectMany(row => after[row])), pair => Assert.Equal(pair.First, pair.Second, 4));
        }

        int right = Enumerable.Range(0, folds.Length).Count(row => Array.IndexOf(after[row], after[row].Max()) == actual[row]);
        Assert.Equal(right / (double)folds.Length, (double)moved["pooled"]!["accuracy"]!, 9);
        JsonNode card = JsonNode.Parse(File.ReadAllText(folder.At("card.json")))!;
        Assert.Equal(moved["calibration"]!["classOffsets"]!.ToJsonString(), card["calibration"]!["offsets"]!.ToJsonString());
        Assert.Contains("averaged with", (string?)card["method"], StringComparison.Ordinal);

        T[] Rows<T>(string file, Func<string[], T> read) => [.. File.ReadLines(folder.At(file)).Skip(1).Select(line => read(line.Split(',')))];
        static float Number(string text) => float.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void CrossValidate_OneFoldWithAnother_NeedsPredictionsForThatFoldOnly()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["crossvalidate", "--data", model.Csv, .. _settings, "--fold"];
        JsonObject alone = CommandRun.JsonOf(folder.At("alone.json"), [.. command, "2", "--predictions", folder.At("second.csv")]);

        JsonObject average = CommandRun.JsonOf(folder.At("average.json"), [.. command, "2", "--average-with", folder.At("second.csv")]);

        Assert.Equal(2, (int)average["members"]!);
        Assert.Equal((double)alone["pooled"]!["logLoss"]!, (double)average["pooled"]!["logLoss"]!, 5);
        CommandRun.Of([.. command, "1", "--average-with", folder.At("second.csv")]).AssertFailed(1, "second.csv: there are no predictions for 'partition");
    }

    [Fact]
    public void CrossValidate_WithOtherPredictionsThatDoNotFit_SaysWhy()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["crossvalidate", "--data", model.Csv, .. _settings, "--average-with"];
        string names = string.Join(',', CommandRun.JsonOf(folder.At("info.json"), "info", "--model", model.Path)["classes"]!.AsArray());

        CommandRun.Of([.. command, folder.At("no.csv")]).AssertFailed(2, "no.csv: there is no such file");
        CommandRun.Of([.. command, folder.Write("a.csv", "id,label,fold,predicted,probability,x\n")]).AssertFailed(1, "a.csv: the predictions are for other compartments (x)");
        CommandRun.Of([.. command, folder.Write("b.csv", $"id,predicted,probability,{names}\n")]).AssertFailed(1, "b.csv: the predictions are not those of a cross-validation");
        CommandRun.Of([.. command, folder.Write("c.csv", $"id,label,fold,predicted,probability,{names}\n")]).AssertFailed(1, "c.csv: there are no predictions for 'partition");
        string fitting = folder.At("fitting.csv");
        CommandRun.JsonOf(folder.At("fitting.json"), ["crossvalidate", "--data", model.Csv, .. _settings, "--predictions", fitting]);
        string[] rows = File.ReadAllLines(fitting);
        string swapped = folder.Write("d.csv", string.Join('\n', [.. rows[..^2], rows[^1], rows[^2]]) + "\n"), shorter = folder.Write("e.csv", string.Join('\n', rows[..^1]) + "\n");
        foreach (string other in (string[])[swapped, shorter])
        {
            CommandRun run = CommandRun.Of([.. command, other]);
            run.AssertFailed(1, "are others than here, or in another order; cross-validate both on the same data with the same folds.");
            Assert.DoesNotContain("epoch", run.Output + run.Error, StringComparison.OrdinalIgnoreCase);
        }

        CommandRun.Of(["crossvalidate", "--data", model.Csv, .. _settings, "--class-offsets", "--fold", "1"]).AssertFailed(2, "does not go with --fold");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Deal_OfPartitions_SplitsNoneAndGivesSimilarSizes(int seed)
    {
        var sizes = Enumerable.Range(0, 500).ToDictionary(i => (uint)i, i => 1 + (i * 7 % 13));

        IReadOnlyList<IReadOnlySet<uint>> groups = FoldChoice.Deal(sizes, 7, seed);

        Assert.Equal(sizes.Keys, groups.SelectMany(group => group).Order());
        int[] totals = [.. groups.Select(group => group.Sum(partition => sizes[partition]))];
        Assert.InRange(totals.Max() - totals.Min(), 0, 13);
        Assert.Equal(groups, FoldChoice.Deal(sizes, 7, seed));
        Assert.NotEqual(groups, FoldChoice.Deal(sizes, 7, seed + 10));
    }

    [Fact]
    public void CrossValidate_OfSyntheticProteins_SaysSoAndComparesWithGuessing()
    {
        CommandRun run = CommandRun.Of("crossvalidate", "--length", "30", "--epochs", "1", "--threads", "1");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("SYNTHETIC", run.Output, StringComparison.Ordinal);
        foreach (string row in (string[])["partition 4", "mean ± SD", "pooled", "majority class", "random by frequency", "Golgi apparatus"])
            Assert.Contains("\n" + row, run.Output, StringComparison.Ordinal);
    }

    private static void Compare(JsonObject json, IReadOnlyList<CrossValidationResult<MulticlassClassificationMetrics>> expected)
    {
        JsonArray folds = json["folds"]!.AsArray();
        Assert.Equal(expected.Count, folds.Count);
        for (int i = 0; i < folds.Count; i++)
        {
            Assert.Equal(expected[i].Metrics.MicroAccuracy, (double)folds[i]!["accuracy"]!, 9);
            Assert.Equal(expected[i].Metrics.LogLoss, (double)folds[i]!["logLoss"]!, 5);
        }
    }

    private static EstimatorChain<ProteinNetworkTransformer> MakePipeline(MLContext context) => context.Transforms
        .EncodeProtein(new ProteinEncodingOptions { Length = 60 })
        .Append(context.MulticlassClassification.Trainers.ProteinNetwork(
            new ProteinNetworkOptions { Epochs = 2, Seed = 42, Threads = 1, Device = "cpu" }));

    private static IDataView Load(MLContext context, string path)
    {
        IDataView data = context.Data.LoadProteins(path);
        return context.Transforms.Conversion
            .MapValueToKey(ColumnNames.Label, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(data).Transform(data);
    }

    private string WithoutPartitions(TemporaryFolder folder) => folder.Write("plain.csv", string.Concat(
        File.ReadLines(model.Csv).Select(line => line[..line.LastIndexOf(',')] + "\n")));

    private sealed class WatchedWriter(string text, Action whenWritten) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.Contains(text, StringComparison.Ordinal) == true)
                whenWritten();
        }
    }
}
