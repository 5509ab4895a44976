using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Persistence;

namespace Subloc.Cli.Tests;

/// <summary>Explanations and mutants on the command line.</summary>
public sealed class ExplainTests(TinyModel model) : IClassFixture<TinyModel>, IDisposable
{
    private const string Sequence = "MKRLLLLAVLLAFLSAASAQNGTSPEKRDWTVEYGHCNGTLPEAQCKGNDTSWSKL";

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("auto")]
    [InlineData("occlusion")]
    public void Predict_Explained_WritesARowForEachResidue(string method)
    {
        string fasta = _folder.Write("p.fasta", $">one\n{Sequence}\n>two\n{Sequence[..30]}\n");

        CommandRun run = CommandRun.Of("predict", "--model", model.Path, "--input", fasta, "--output", _folder.At("p.csv"), "--explain", method, "--explain-output", _folder.At("e.csv"));

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains($"2 proteins explained by {(method == "auto" ? "integrated gradients" : "occlusion")} in ", run.Error, StringComparison.Ordinal);
        string[][] rows = [.. File.ReadLines(_folder.At("e.csv")).Select(line => line.Split(','))];
        Assert.Equal(["id", "position", "residue", "importance", "class", "motifs"], rows[0]);
        Assert.Equal(Sequence.Select((residue, i) => ("one", $"{i + 1}", $"{residue}")), rows[1..57].Select(row => (row[0], row[1], row[2])));
        Assert.Equal(30, rows[57..].Length);
        Assert.Contains(rows[1..], row => float.Parse(row[3], CultureInfo.InvariantCulture) != 0);
        Assert.Equal(File.ReadLines(_folder.At("p.csv")).ElementAt(1).Split(',')[1], rows[1][4]);
        Assert.StartsWith("signal peptide shape", rows[1][5], StringComparison.Ordinal);
        Assert.Equal("peroxisomal targeting signal 1", rows[56][5]);
    }

    [Fact]
    public void Predict_ExplainedAsJson_TellsMotifsAndParts()
    {
        string fasta = _folder.Write("p.fasta", $">a\"b\n{Sequence}\n");

        CommandRun run = CommandRun.Of("predict", "--model", model.Path, "--input", fasta, "--explain", "--explain-output", _folder.At("e.json"), "--quiet");

        Assert.True(run.ExitCode == 0, run.Error);
        JsonNode protein = Assert.Single(JsonNode.Parse(File.ReadAllText(_folder.At("e.json")))!.AsArray())!;
        Assert.Equal("a\"b", (string?)protein["id"]);
        Assert.Equal(Sequence.Length, protein["importance"]!.AsArray().Count);
        double sum = protein["importance"]!.AsArray().Sum(value => (double)value!), difference = (double)protein["scoreDifference"]!;
        Assert.Equal(difference, sum, 0.05 * Math.Max(0.1, Math.Abs(difference)));
        Assert.Contains(protein["motifs"]!.AsArray(), motif => (string?)motif!["rule"] == "peroxisomal targeting signal 1" && (int)motif["start"]! == Sequence.Length - 2);
    }

    [Fact]
    public void Predict_ExplainedWrongly_IsRefused()
    {
        string fasta = _folder.Write("p.fasta", $">one\n{Sequence}\n"), onnx = _folder.At("m.onnx");
        ITransformer pipeline = ModelFile.Load(new MLContext(0), model.Path, out _);
        pipeline.ExportToOnnx(onnx);
        ((IDisposable)pipeline).Dispose();
        CommandRun Run(string path, params string[] more) => CommandRun.Of(["predict", "--model", path, "--input", fasta, "--output", _folder.At("p.csv"), .. more]);

        Run(model.Path, "--explain").AssertFailed(2, "--explain needs --explain-output, the CSV or JSON file to write.");
        Run(model.Path, "--explain", "magic", "--explain-output", _folder.At("e.csv")).AssertFailed(2, "--explain must be one of auto, attention, gradients, occlusion, but is 'magic'.");
        Run(model.Path, "--explain-output", _folder.At("p.csv")).AssertFailed(2, "two results are to be written to this file");
        Run(model.Path, "--explain", "attention", "--explain-output", _folder.At("e.csv")).AssertFailed(1, "gives no attention; use --explain occlusion or --explain gradients.");
        Run(onnx, "--explain", "gradients", "--explain-output", _folder.At("e.csv")).AssertFailed(1, "Integrated gradients need a network that libtorch computes");
        Assert.False(File.Exists(_folder.At("e.csv")));
    }

    [Fact]
    public void Mutate_AllSubstitutions_TellsTheLargestChanges()
    {
        string fasta = _folder.Write("p.fasta", $">one\n{Sequence}\n");

        JsonObject json = CommandRun.JsonOf(_folder.At("m.json"), "mutate", "--model", model.Path, "--input", fasta, "--positions", "1-3,10", "--top", "5", "--output", _folder.At("m.csv"));

        string[][] rows = [.. File.ReadLines(_folder.At("m.csv")).Select(line => line.Split(','))];
        Assert.Equal(["id", "mutant", "predicted", "wild_type", "probability", "change"], rows[0]);
        Assert.Equal(5, rows[1..].Length);
        Assert.All(rows[1..], row => Assert.Matches("^(M1|K2|R3|L10)[A-Y]$", row[1]));
        double[] changes = [.. rows[1..].Select(row => Math.Abs(double.Parse(row[5], CultureInfo.InvariantCulture)))];
        Assert.Equal(changes.OrderDescending(), changes);
        Assert.Equal((1, 4 * 19), ((int)json["n"]!, (int)json["mutants"]!));
    }

    [Fact]
    public void Mutate_NamedMutants_ComparesThem()
    {
        string fasta = _folder.Write("p.fasta", $">one\n{Sequence}\n");

        CommandRun run = CommandRun.Of("mutate", "--model", model.Path, "--input", fasta, "--mutants", "K2D", "K2D+R3E");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["mutant", "K2D", "K2D+R3E"], run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')[1]));
        Assert.StartsWith("2 mutants of 1 proteins predicted in ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--mutants takes substitutions such as A123T, joined by + where a mutant has several, but is 'K2'.", "--mutants", "K2")]
    [InlineData(2, "--mutants names what to try; leave --positions, --top and --class-changes out.", "--mutants", "K2D", "--top", "3")]
    [InlineData(2, "--positions must be positions from 1 and ranges of them, such as 1-30,45, but is '3-1'.", "--positions", "3-1")]
    [InlineData(2, "--positions must be positions from 1 and ranges of them, such as 1-30,45, but is '1-2-3'.", "--positions", "1-2-3")]
    [InlineData(2, "--positions must be positions from 1 and ranges of them, such as 1-30,45, but is '0'.", "--positions", "0")]
    [InlineData(1, "There is no position 99 in a sequence of 56 residues.", "--positions", "99")]
    [InlineData(1, "A2D replaces A at position 2, but the sequence has K there; check the numbering.", "--mutants", "A2D")]
    public void Mutate_WrongRequests_AreRefused(int code, string sentence, params string[] options)
    {
        string fasta = _folder.Write("p.fasta", $">one\n{Sequence}\n");

        CommandRun.Of(["mutate", "--model", model.Path, "--input", fasta, "--output", _folder.At("m.csv"), .. options]).AssertFailed(code, sentence);
    }

    public void Dispose() => _folder.Dispose();
}
