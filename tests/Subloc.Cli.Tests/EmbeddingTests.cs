using System.Globalization;
using System.Text.Json.Nodes;
using PureHDF;
using Subloc.MLNet.Data;
using Subloc.MLNet.Onnx.Tests.Embeddings;
using Subloc.MLNet.Tests.Data;

namespace Subloc.Cli.Tests;

/// <summary>Networks on embeddings: of a language model that the tool runs, or of a file.</summary>
public sealed class EmbeddingTests : IDisposable
{
    private const int Width = 5;

    private static readonly IReadOnlyList<SyntheticProtein> _proteins =
        SyntheticProteins.Generate(new SyntheticProteinOptions { Count = 60, MaxLength = 70, Partitions = 3 });

    private readonly TemporaryFolder _folder = new();
    private readonly string _csv;
    private readonly string _fasta;

    public EmbeddingTests()
    {
        _csv = _folder.Write("proteins.csv", TinyModel.ToCsv(_proteins));
        _fasta = _folder.Write("proteins.fasta", string.Concat(_proteins.Select(protein => $">{protein.Id}\n{protein.Sequence}\n")));
    }

    [Theory]
    [InlineData("mlp", "sequences, as mean embeddings of 12 values")]
    [InlineData("light-attention", "sequences, as embeddings of up to 50 residues, 12 values each")]
    public void Train_WithALanguageModel_PredictsFromFastaAgain(string network, string reads)
    {
        string languageModel = WriteLanguageModel(), model = _folder.At("m.zip"), cache = _folder.At("cache");
        string[] length = network == "mlp" ? [] : ["--length", "50"];

        JsonObject trained = Train(model, ["--language-model", languageModel, "--embedding-cache", cache, "--network", network, .. length]);
        JsonObject metrics = CommandRun.JsonOf(_folder.At("e.json"), "evaluate", "--model", model, "--data", _csv, "--embedding-cache", cache);
        string[][] rows = Predict(model);

        Assert.Equal(languageModel, (string?)trained["settings"]!["embeddings"]!["languageModel"]);
        Assert.Equal(_proteins.Select(protein => protein.Id), rows.Skip(1).Select(row => row[0]));
        Assert.Equal(rows.Skip(1).Zip(_proteins).Average(pair => pair.First[1] == pair.Second.Label ? 1.0 : 0), (double)metrics["accuracy"]!, 9);

        // What training embedded was not embedded again by evaluate.
        Assert.Single(Directory.GetFiles(cache, "*", SearchOption.AllDirectories));
        CommandRun info = CommandRun.Of("info", "--model", model);
        Assert.Contains(reads, info.Output, StringComparison.Ordinal);
        Assert.Contains("Esm2, SHA-256 ", info.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mlp", "occlusion", null)]
    [InlineData("light-attention", "occlusion", null)]
    [InlineData("light-attention", "gradients", null)]
    [InlineData("light-attention", "attention", null)]
    [InlineData("mlp", "gradients", "The network reads 1 positions for a sequence of 40 residues, so that IntegratedGradients cannot tell its residues apart; use --explain occlusion.")]
    public void Predict_ExplainedWithALanguageModel_TellsOfResiduesWhereItReadsThem(string network, string method, string? refusal)
    {
        string model = _folder.At("m.zip"), output = _folder.At("x.csv"), sequence = _proteins[0].Sequence[..40];
        Train(model, ["--language-model", WriteLanguageModel(), "--network", network, .. network == "mlp" ? (string[])[] : ["--length", "50"]]);

        CommandRun run = CommandRun.Of(
            "predict", "--model", model, "--input", _folder.Write("one.fasta", $">one\n{sequence}\n"), "--explain", method, "--explain-output", output);

        if (refusal is not null)
        {
            run.AssertFailed(1, refusal);
            return;
        }

        Assert.True(run.ExitCode == 0, run.Error);
        string[][] rows = [.. File.ReadLines(output).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(sequence, string.Concat(rows.Select(row => row[2])));
        Assert.True(rows.Select(row => row[3]).Distinct().Count() > 20);
    }

    [Fact]
    public void Predict_WhereTheLanguageModelIsGone_SaysWhichOneIsMissing()
    {
        string languageModel = WriteLanguageModel(), model = _folder.At("m.zip");
        Train(model, "--language-model", languageModel);
        File.Delete(languageModel);

        CommandRun.Of("predict", "--model", model, "--input", _fasta)
            .AssertFailed(2, $"{model}: {languageModel}: the pipeline needs this language model (SHA-256 ");
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("light-attention")]
    public void Predict_WithAnExportedHead_GivesWhatTheWholePipelineGives(string network)
    {
        string languageModel = WriteLanguageModel(), model = _folder.At("m.zip"), head = _folder.At("m.onnx");
        Train(model, "--language-model", languageModel, "--network", network);
        Assert.Equal(0, CommandRun.Of("export", "--model", model, "--output", head).ExitCode);

        string[][] expected = Predict(model), found = Predict(head, "--language-model", languageModel, "--threads", "1");

        AssertAlike(expected, found);
        CommandRun.Of("predict", "--model", head, "--input", _fasta)
            .AssertFailed(2, $"{head}: the model reads embeddings; name those of the proteins with --embeddings, or what computes them with --language-model.");
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("light-attention")]
    public void Train_WithEmbeddings_PredictsFromThoseOfAnotherFile(string network)
    {
        string embeddings = WriteEmbeddings("all.h5", _proteins), model = _folder.At("m.zip"), exported = _folder.At("m.onnx");
        Train(model, "--embeddings", embeddings, "--network", network);
        CommandRun.Of("export", "--model", model, "--output", exported);
        string some = WriteEmbeddings("some.h5", _proteins.Reverse());

        string[][] rows = Predict(model, "--embeddings", some);
        JsonObject metrics = CommandRun.JsonOf(_folder.At("e.json"), "evaluate", "--model", model, "--data", _csv, "--embeddings", some);

        Assert.Equal(rows.Skip(1).Zip(_proteins).Average(pair => pair.First[1] == pair.Second.Label ? 1.0 : 0), (double)metrics["accuracy"]!, 9);
        Assert.Equal("embeddings", (string?)CommandRun.JsonOf(_folder.At("i.json"), "info", "--model", model)["input"]);
        AssertAlike(rows, Predict(exported, "--embeddings", some));
    }

    [Fact]
    public void Predict_WithWrongEmbeddings_SaysWhatIsWrong()
    {
        string embeddings = WriteEmbeddings("all.h5", _proteins), model = _folder.At("m.zip");
        Train(model, "--embeddings", embeddings);
        string few = WriteEmbeddings("few.h5", _proteins.Skip(1)), wide = WriteEmbeddings("wide.h5", _proteins, Width + 2);

        Predict("--embeddings", few).AssertFailed(1, $"{few}: 1 of 60 proteins have no embedding here: {_proteins[0].Id}; ");
        Predict("--embeddings", wide).AssertFailed(1, $"{wide}: the embeddings have 7 values, but the model {model} was trained on 5; use the same language model.");
        Predict("--language-model", WriteLanguageModel()).AssertFailed(1, "the embeddings have 12 values");
        Predict().AssertFailed(2, "the model reads embeddings; name those of the proteins with --embeddings");

        CommandRun Predict(params string[] more) => CommandRun.Of(["predict", "--model", model, "--input", _fasta, .. more]);
    }

    [Theory]
    [InlineData("--embeddings")]
    [InlineData("--language-model")]
    public void CrossValidate_OnEmbeddings_MeasuresEveryFold(string option)
    {
        string file = option == "--embeddings" ? WriteEmbeddings("all.h5", _proteins) : WriteLanguageModel();

        JsonObject result = CommandRun.JsonOf(_folder.At("c.json"), "crossvalidate", "--data", _csv, option, file, "--epochs", "2", "--threads", "1");

        Assert.True((bool)result["complete"]!);
        Assert.Equal(3, result["folds"]!.AsArray().Count);
        Assert.Equal("mlp", (string?)result["settings"]!["network"]);
    }

    [Theory]
    [InlineData("--embeddings E --language-model L", "--embeddings and --language-model both say where embeddings come from; give one of them.")]
    [InlineData("--embedding-cache C", "--embedding-cache goes with --language-model, whose embeddings it keeps.")]
    [InlineData("--embeddings E --embedding-cache C", "--embedding-cache goes with a language model, not with --embeddings")]
    [InlineData("--language-model L --embedding-cache E", "--embedding-cache must be the name of a folder, but is '")]
    [InlineData("--embeddings no.h5", "no.h5: there is no such file")]
    [InlineData("--language-model L --input blosum62", "--input has no effect on embeddings; leave it out.")]
    [InlineData("--language-model L --pretraining-epochs 1", "--pretraining-epochs has no effect on embeddings; leave it out.")]
    [InlineData("--language-model L --network subloc", "subloc describes proteins by their residues and reads no embeddings; take mlp, light-attention or another network.")]
    [InlineData("--embeddings E --length 100", "--length has no effect on the embeddings that mlp reads, one vector a protein; leave it out.")]
    public void Train_WithOptionsThatDoNotGoTogether_IsRefused(string options, string sentence)
    {
        string embeddings = WriteEmbeddings("all.h5", _proteins), languageModel = WriteLanguageModel();
        string[] args = [.. options.Split(' ').Select(word => word switch { "E" => embeddings, "L" => languageModel, "C" => _folder.At("cache"), _ => word })];

        CommandRun.Of(["train", "--data", _csv, "--output", _folder.At("m.zip"), .. args]).AssertFailed(2, sentence);
    }

    [Fact]
    public void Train_OnEmbeddingsThatTheProteinsCannotHave_IsRefused()
    {
        string embeddings = WriteEmbeddings("all.h5", _proteins), means = _folder.At("means.h5"), profiles = _folder.At("profiles.npz");
        var file = new H5File();
        foreach (SyntheticProtein protein in _proteins)
            file[protein.Id] = new float[Width];
        file.Write(means);
        File.WriteAllBytes(profiles, NpzWriter.Small().ToArray());

        Train("--embeddings", embeddings).AssertFailed(2, $"{embeddings}: generated proteins have no embeddings in a file; name the proteins with --data.");
        Train("--data", profiles, "--embeddings", embeddings).AssertFailed(2, $"{profiles}: these are profiles, which are a network's input already; leave --embeddings out");
        Train("--data", _csv, "--embeddings", means, "--network", "light-attention")
            .AssertFailed(1, $"{means}: the file has one vector a protein, not one a residue; use --network mlp or use a per-residue file.");

        CommandRun Train(params string[] args) => CommandRun.Of(["train", "--output", _folder.At("m.zip"), .. args]);
    }

    [Fact]
    public void Predict_WithEmbeddingsForAModelOfSequences_IsRefused()
    {
        string languageModel = WriteLanguageModel(), plain = _folder.At("plain.zip"), own = _folder.At("own.zip");
        Train(plain, "--length", "40", "--network", "light-attention");
        Train(own, "--language-model", languageModel);

        Predict(plain, "--embeddings", WriteEmbeddings("all.h5", _proteins)).AssertFailed(2, $"{plain}: the model reads sequences, not embeddings; leave --embeddings out.");
        Predict(plain, "--embedding-cache", _folder.At("cache")).AssertFailed(2, $"{plain}: the model computes no embeddings that could be kept; leave --embedding-cache out.");
        Predict(own, "--language-model", languageModel).AssertFailed(2, $"{own}: the model has a language model of its own; leave --language-model out.");

        CommandRun Predict(string model, params string[] more) => CommandRun.Of(["predict", "--model", model, "--input", _fasta, .. more]);
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertAlike(string[][] expected, string[][] found)
    {
        Assert.Equal(expected.Select(row => row[..2]), found.Select(row => row[..2]));
        foreach ((string[] first, string[] second) in expected.Zip(found).Skip(1))
        {
            foreach ((string one, string other) in first.Zip(second).Skip(2))
                Assert.Equal(double.Parse(one, CultureInfo.InvariantCulture), double.Parse(other, CultureInfo.InvariantCulture), 1e-4);
        }
    }

    private string WriteLanguageModel()
    {
        string path = _folder.At("esm.onnx");
        File.WriteAllBytes(path, TinyTransformerGraph.Write(new TinyTransformer(isEsm: true)));
        return path;
    }

    // Per residue, as bio_embeddings writes them: what they say is the residue's letter and place.
    private string WriteEmbeddings(string name, IEnumerable<SyntheticProtein> proteins, int width = Width)
    {
        var file = new H5File();
        foreach (SyntheticProtein protein in proteins)
        {
            var values = new float[protein.Sequence.Length, width];
            for (int i = 0; i < protein.Sequence.Length; i++)
            {
                for (int k = 0; k < width; k++)
                    values[i, k] = MathF.Sin(protein.Sequence[i] * (k + 1)) + i * 0.01f;
            }

            file[protein.Id] = values;
        }

        file.Write(_folder.At(name));
        return _folder.At(name);
    }

    private JsonObject Train(string model, params string[] more) => CommandRun.JsonOf(
        _folder.At("t.json"), ["train", "--data", _csv, "--output", model, "--epochs", "3", "--threads", "1", "--quiet", .. more]);

    private string[][] Predict(string model, params string[] more)
    {
        CommandRun run = CommandRun.Of(["predict", "--model", model, "--input", _fasta, "--quiet", .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        return [.. run.Output.TrimEnd().Split('\n').Select(line => line.Split(','))];
    }
}
