using System.Globalization;
using System.Text.Json.Nodes;

namespace Subloc.Cli.Tests;

/// <summary>Reports on the command line, and the results that they are made of.</summary>
public sealed class ReportTests(TinyModel model) : IClassFixture<TinyModel>, IDisposable
{
    private const string Hostile = "<script>alert(1)</script>";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Report_OfACrossValidation_IsAPageWithAllParts()
    {
        JsonObject result = CommandRun.JsonOf(_folder.At("r.json"), "crossvalidate", "--data", model.Csv, "--length", "30", "--epochs", "2", "--threads", "1", "--predictions", _folder.At("it's.csv"));
        CommandRun run = CommandRun.Of("report", "--result", _folder.At("r.json"), "--predictions", _folder.At("it's.csv"), "--output", _folder.At("r.html"), "--pictures", _folder.At("pictures"), "--format", "svg");

        Assert.True(run.ExitCode == 0, run.Error);
        string page = File.ReadAllText(_folder.At("r.html"));
        Assert.EndsWith("</html>\n", page, StringComparison.Ordinal);
        Assert.Equal($"subloc crossvalidate --data {model.Csv} --length 30 --epochs 2 --threads 1 --predictions '{_folder.At("it").Replace("'", "", StringComparison.Ordinal)}'\\''s.csv' --json {_folder.At("r.json")}", (string?)result["command"]);
        foreach (string part in (string[])["Cross-validation of protein locations", "subloc crossvalidate --data", "partition 2", "Must not be used for", "macro F1"])
            Assert.Contains(part, page, StringComparison.Ordinal);
        Assert.Equal(
            ["class-composition.svg", "confusion-counts.svg", "confusion-shares.svg", "lengths.svg", "precision-recall.svg", "reliability.svg", "roc.svg", "training-curves.svg"],
            Directory.GetFiles(_folder.At("pictures")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(8, page.Split("<img ").Length - 1);
        Assert.All(result["folds"]!.AsArray(), fold => Assert.Equal((int)fold!["epochs"]!, fold["history"]!.AsArray().Count));
        Assert.Equal((int)result["data"]!["proteins"]!, result["data"]!["lengths"]!["bins"]!.AsArray().Sum(bin => (int)bin!["count"]!));
    }

    // Only a process of its own shows what native libraries write.
    [Fact]
    public void Report_OfNetworksWithoutValidation_WritesNoErrors()
    {
        CommandRun.JsonOf(
            _folder.At("r.json"), "crossvalidate", "--data", model.Csv, "--length", "30", "--epochs", "2", "--threads", "1", "--validation-fraction", "0", "--predictions", _folder.At("p.csv"));

        using var child = new ChildProcess("report", "--result", _folder.At("r.json"), "--predictions", _folder.At("p.csv"), "--output", _folder.At("r.html"));
        CommandRun run = child.Finish();

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public void Predictions_OfACrossValidation_AreThoseThatWereMeasured()
    {
        JsonObject result = CommandRun.JsonOf(_folder.At("r.json"), "crossvalidate", "--data", model.Csv, "--length", "30", "--epochs", "2", "--threads", "1", "--predictions", _folder.At("p.csv"));

        string[][] rows = [.. File.ReadLines(_folder.At("p.csv")).Select(line => line.Split(','))];

        Assert.Equal(["id", "label", "fold", "predicted", "probability"], rows[0][..5]);
        Assert.Equal(model.Proteins.Select(protein => (protein.Id, protein.Label, $"partition {protein.Partition}")).Order(), rows[1..].Select(row => (row[0], row[1], row[2])).Order());
        Assert.Equal((double)result["pooled"]!["accuracy"]!, rows[1..].Average(row => row[1] == row[3] ? 1.0 : 0), 9);
        Assert.All(rows[1..], row => Assert.Equal(row[4], row[Array.IndexOf(rows[0], row[3], 5)]));
        Assert.All(rows[1..], row => Assert.Equal(1, row[5..].Sum(share => double.Parse(share, CultureInfo.InvariantCulture)), 4));
    }

    [Fact]
    public void Report_OfAnEvaluation_EncodesNamesOfProteins()
    {
        string data = _folder.Write("d.csv", $"accession,sequence,label\n{Hostile},MKKLLAVL,{model.Proteins[0].Label}\nP1,MKRSSTAAA,{model.Proteins[0].Label}\n");
        CommandRun.JsonOf(_folder.At("e.json"), "evaluate", "--model", model.Path, "--data", data, "--predictions", _folder.At("e.csv"));

        CommandRun run = CommandRun.Of("report", "--result", _folder.At("e.json"), "--predictions", _folder.At("e.csv"), "--output", _folder.At("e.html"), "--title", Hostile);

        Assert.True(run.ExitCode == 0, run.Error);
        string page = File.ReadAllText(_folder.At("e.html"));
        Assert.DoesNotContain(Hostile, page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>", page, StringComparison.Ordinal);
        Assert.Contains("\"\\u003Cscript\\u003Ealert(1)\\u003C/script\\u003E\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Report_OfAPrediction_ListsProteinsAndExplanations(bool hasJson)
    {
        string fasta = _folder.Write("p.fasta", ">P1\nMKKLLAVL\n>P2\nMKRSSTAAA\n");
        CommandRun.JsonOf(_folder.At("p.json"), "predict", "--model", model.Path, "--input", fasta, "--output", _folder.At("p.csv"), "--top", "3", "--threshold", "0.99");
        string explanations = _folder.Write("x.json",
            """[{"id":"P2","sequence":"MKRSSTAAA","predicted":"Nucleus","probability":0.5,"method":"occlusion","class":"Nucleus","importance":[0,1,-1,0,0,0,0,0,0.5],"motifs":[{"rule":"basic","start":2,"end":3,"reason":""}]}]""");
        string[] result = hasJson ? ["--result", _folder.At("p.json"), "--predictions", _folder.At("p.csv")] : ["--result", _folder.At("p.csv")];

        CommandRun run = CommandRun.Of(["report", .. result, "--explanations", explanations, "--output", _folder.At("p.html"), "--pictures", _folder.At("pictures")]);

        Assert.True(run.ExitCode == 0, run.Error);
        string page = File.ReadAllText(_folder.At("p.html"));
        Assert.Contains("[\"P1\",null,null,\"uncertain\",", page, StringComparison.Ordinal);
        Assert.Contains("\"sequence\":\"MKRSSTAAA\"", page, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.At("pictures/importance-1-P2.png")));
    }

    [Fact]
    public void Report_WrongRequests_AreRefused()
    {
        string result = _folder.Write("r.json", """{"n":1,"predicted":{"Nucleus":1},"data":"p.fasta"}""");
        string csv = _folder.Write("p.csv", "id,predicted,probability,Nucleus\na,Nucleus,0.5,0.5\nb,Nucleus,0.5,0.5\n");
        CommandRun Run(params string[] args) => CommandRun.Of(["report", .. args]);

        Run("--result", result).AssertFailed(2, "Name what to write: --output FILE for the page, --pictures FOLDER for pictures.");
        Run("--result", _folder.At("none.json"), "--output", _folder.At("o.html")).AssertFailed(2, "none.json: there is no such file");
        Run("--result", result, "--output", result).AssertFailed(2, "this file is read as well");
        Run("--result", result, "--output", _folder.At("o.html"), "--pictures", result).AssertFailed(2, "the folder cannot be made");
        Run("--result", _folder.Write("x.json", "{}"), "--output", _folder.At("o.html")).AssertFailed(1, "this is not a result of 'subloc crossvalidate', 'evaluate' or 'predict'");
        Run("--result", _folder.Write("y.json", "{"), "--output", _folder.At("o.html")).AssertFailed(1, "y.json: the result cannot be read");
        Run("--result", result, "--predictions", csv, "--output", _folder.At("o.html")).AssertFailed(1, "these are 2 proteins, but the result");
        Run("--result", result, "--card", result, "--output", _folder.At("o.html")).AssertFailed(1, "the model card cannot be read");
        Assert.False(File.Exists(_folder.At("o.html")));
    }

    public void Dispose() => _folder.Dispose();
}
