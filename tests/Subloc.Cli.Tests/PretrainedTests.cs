using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Subloc.MLNet.Pretrained;

namespace Subloc.Cli.Tests;

/// <summary>The commands without a model of the user's own.</summary>
public sealed class PretrainedTests : IDisposable
{
    private static readonly string _proteins = Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "examples", "data", "wellknown.fasta"));

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Predict_WithoutAModel_UsesThePretrainedOne()
    {
        string[][] rows = Predict();

        Assert.Equal(["id", "predicted", "probability", .. ProteinLocalizer.ReadInfo().ClassNames], rows[0]);
        Assert.Equal(26, rows.Length);
        Assert.Equal("P69905", rows[1][0]);
        foreach (string[] row in rows[1..])
        {
            Assert.Equal(Number(row[2]), row[3..].Max(Number));
            Assert.Equal(row[1], rows[0][3 + Array.IndexOf(row[3..], row[2])]);
        }
    }

    [Fact]
    public void Predict_WithTopThree_NamesTheNextTwoBehindTheFirst()
    {
        string[][] rows = Predict("--top", "3");

        Assert.Equal(["id", "predicted", "probability", "second", "second_probability", "third", "third_probability"], rows[0][..7]);
        Assert.Equal(Predict().Select(row => string.Join(',', row)), rows.Select(row => string.Join(',', (string[])[.. row[..3], .. row[7..]])));
        Assert.Equal(Predict("--top", "2").Select(row => string.Join(',', row)), rows.Select(row => string.Join(',', (string[])[.. row[..5], .. row[7..]])));
        foreach (string[] row in rows[1..])
        {
            (double Score, string Name)[] best = [.. row[7..].Select(Number).Zip(rows[0][7..]).OrderByDescending(pair => pair.First).Take(3)];
            Assert.Equal(best.Select(one => one.Name), (string[])[row[1], row[3], row[5]]);
            Assert.Equal(best.Select(one => one.Score), ((string[])[row[2], row[4], row[6]]).Select(Number));
        }
    }

    [Fact]
    public void Predict_WithAThreshold_SaysUncertainAndKeepsTheProbabilities()
    {
        string[][] plain = Predict();
        double threshold = plain[1..].Select(row => Number(row[2])).Order().ElementAt(8);

        JsonObject json = CommandRun.JsonOf(_folder.At("p.json"), "predict", "--input", _proteins, "--output", _folder.At("p.csv"),
            "--threshold", threshold.ToString("R", CultureInfo.InvariantCulture));
        string[][] rows = [.. File.ReadLines(_folder.At("p.csv")).Select(line => line.Split(','))];

        foreach ((string[] before, string[] after) in plain.Zip(rows).Skip(1))
        {
            Assert.Equal(Number(before[2]) < threshold ? "uncertain" : before[1], after[1]);
            Assert.Equal(before[2..], after[2..]);
        }

        int uncertain = rows.Count(row => row[1] == "uncertain");
        Assert.InRange(uncertain, 7, 9);
        Assert.Equal(uncertain, (int)json["uncertain"]!);
        Assert.Equal(25 - uncertain, json["predicted"]!.AsObject().Sum(one => (int)one.Value!));
        Assert.Equal("the pretrained model", (string?)json["model"]);
    }

    [Fact]
    public void Predict_WithAQuality_UsesThatModelAndNamesItInTheResult()
    {
        Assert.Equal(Predict(), Predict("--quality", "fast"));
        Assert.NotEqual(Predict(), Predict("--quality", "best"));

        JsonObject json = CommandRun.JsonOf(_folder.At("q.json"), "predict", "--input", _proteins, "--output", _folder.At("q.csv"), "--quality", "best");

        Assert.Equal("the best pretrained model", (string?)json["model"]);
    }

    [Fact]
    public void Evaluate_WithoutAModel_MeasuresThePretrainedOne()
    {
        JsonObject json = CommandRun.JsonOf(_folder.At("e.json"), "evaluate", "--data", _proteins);
        CommandRun run = CommandRun.Of("evaluate", "--data", _proteins);

        Assert.Equal(25, (int)json["n"]!);
        Assert.Equal(25, json["reliabilityBins"]!.AsArray().Sum(bin => (int)bin!["count"]!));
        double error = json["reliabilityBins"]!.AsArray().Sum(bin => (int)bin!["count"]! * Math.Abs((double)bin["accuracy"]! - (double)bin["confidence"]!)) / 25;
        Assert.Equal(error, (double)json["expectedCalibrationError"]!, 9);
        Assert.Contains("largest probability", run.Output, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"Expected calibration error {error:0.000}, over 15 bins."), run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_WithoutAModel_PrintsTheModelCard()
    {
        CommandRun run = CommandRun.Of("info", "--markdown", _folder.At("card.md"), "--json", _folder.At("i.json"));

        Assert.True(run.ExitCode == 0, run.Error);
        foreach (string title in (string[])["PURPOSE", "MUST NOT BE USED FOR", "DATA", "METHOD", "RESULTS", "COMPARTMENTS", "CALIBRATION", "CONFUSION MATRIX", "SPEED", "LICENCE"])
            Assert.Contains($"\n{title}\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(ProteinLocalizer.ReadCard().ToMarkdown(), File.ReadAllText(_folder.At("card.md")));
        JsonNode json = JsonNode.Parse(File.ReadAllText(_folder.At("i.json")))!;
        Assert.Equal(ProteinLocalizer.ReadInfo().Temperature, (double)json["temperature"]!);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(ProteinLocalizer.ReadCard().ToJson()), json["card"]));
    }

    [Fact]
    public void Commands_WithoutAModel_NeverLoadLibtorch()
    {
        if (!OperatingSystem.IsLinux())
            return;

        foreach (string[] command in (string[][])[["predict", "--input", _proteins], ["evaluate", "--data", _proteins], ["info"]])
        {
            // The C library writes down what it loads.
            using var child = new ChildProcess([("LD_DEBUG", "files"), ("LD_DEBUG_OUTPUT", _folder.At("loaded"))], command);
            CommandRun run = child.Finish();
            Assert.True(run.ExitCode == 0, run.Error);
            string file = Directory.GetFiles(_folder.FullName, "loaded.*").Single();
            string loaded = File.ReadAllText(file);
            Assert.Contains("libonnxruntime.so", loaded, StringComparison.Ordinal);
            Assert.DoesNotContain("torch", loaded, StringComparison.OrdinalIgnoreCase);
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("--top must be one of 1, 2, 3, but is '4'", "predict", "--top", "4")]
    [InlineData("--threshold must be a number from 0 to 1, but is '1.5'", "predict", "--threshold", "1.5")]
    public void Request_ThatIsWrong_EndsWithTwoAndASentence(string sentence, params string[] args) =>
        CommandRun.Of([.. args, "--input", _proteins]).AssertFailed(2, sentence);

    public void Dispose() => _folder.Dispose();

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Here([CallerFilePath] string path = "") => path;

    private static string[][] Predict(params string[] more)
    {
        CommandRun run = CommandRun.Of(["predict", "--input", _proteins, "--quiet", .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        return [.. run.Output.TrimEnd().Split('\n').Select(line => line.Split(','))];
    }
}
