using System.IO.Compression;
using Microsoft.ML;

namespace Subloc.Cli.Tests;

public sealed class FailureTests(TinyModel model) : IClassFixture<TinyModel>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("Name a command")]
    [InlineData("There is no command or option 'trian'", "trian")]
    [InlineData("Option '--output' is required", "train")]
    [InlineData("'--foo'", "train", "--output", "x.zip", "--foo")]
    [InlineData("--network must be one of cnn1", "train", "--output", "x.zip", "--network", "alphafold")]
    [InlineData("--device must be auto, cpu, cuda or cuda:N, but is 'gpu'", "train", "--output", "x.zip", "--device", "gpu")]
    [InlineData("--epochs must be a whole number of at least 1, but is '0'", "train", "--output", "x.zip", "--epochs", "0")]
    [InlineData("--epochs must be a whole number of at least 1, but is '1.5'", "train", "--output", "x.zip", "--epochs", "1.5")]
    [InlineData("--learning-rate must be a number above 0", "train", "--output", "x.zip", "--learning-rate", "-1")]
    [InlineData("--validation-fraction must be a number from 0 to 0.9", "train", "--output", "x.zip", "--validation-fraction", "1")]
    [InlineData("--optimizer must be one of adam, adamw, muon, sgd, but is 'adagrad'", "train", "--output", "x.zip", "--optimizer", "adagrad")]
    [InlineData("--weight-decay must be a number of 0 or above", "train", "--output", "x.zip", "--optimizer", "adamw", "--weight-decay", "-1")]
    [InlineData("--weight-decay goes with --optimizer adamw, muon or sgd, not with adam.", "train", "--output", "x.zip", "--weight-decay", "0.1")]
    [InlineData("--schedule must be one of constant, cosine, one-cycle, plateau", "train", "--output", "x.zip", "--schedule", "step")]
    [InlineData("--warmup must be a number from 0 to below 1", "train", "--output", "x.zip", "--schedule", "cosine", "--warmup", "1")]
    [InlineData("--warmup goes with --schedule cosine or one-cycle, not with plateau.", "crossvalidate", "--schedule", "plateau", "--warmup", "0.1")]
    [InlineData("--loss must be one of cross-entropy, focal", "train", "--output", "x.zip", "--loss", "hinge")]
    [InlineData("--focal-gamma must be a number above 0 and up to 10", "train", "--output", "x.zip", "--loss", "focal", "--focal-gamma", "11")]
    [InlineData("--focal-gamma goes with --loss focal, not with cross-entropy.", "train", "--output", "x.zip", "--focal-gamma", "2")]
    [InlineData("--label-smoothing must be a number from 0 to below 1", "train", "--output", "x.zip", "--label-smoothing", "1")]
    [InlineData("--class-weights must be one of none, balanced, effective", "train", "--output", "x.zip", "--class-weights", "all")]
    [InlineData("--clip must be a number above 0", "train", "--output", "x.zip", "--clip", "0")]
    [InlineData("--average must be a number above 0 and below 1", "train", "--output", "x.zip", "--average", "1")]
    [InlineData("--accumulate must be a whole number of at least 1", "train", "--output", "x.zip", "--accumulate", "0")]
    [InlineData("--stop-on must be one of validation-loss, accuracy, macro-f1, gorodkin, training-loss", "train", "--output", "x.zip", "--stop-on", "f1")]
    [InlineData("--history must be a file that ends in .csv or .jsonl, but is 'h.txt'", "train", "--output", "x.zip", "--history", "h.txt")]
    [InlineData("the folder", "crossvalidate", "--history", "/nowhere/at/all/h.csv")]
    [InlineData("--keep must be one of both, start, end", "train", "--output", "x.zip", "--keep", "middle")]
    [InlineData("--folds must be a whole number of at least 2", "crossvalidate", "--folds", "1")]
    [InlineData("--label must be the name of a column", "train", "--output", "x.zip", "--label", "")]
    [InlineData("nowhere.csv: there is no such file", "train", "--output", "x.zip", "--data", "nowhere.csv")]
    [InlineData("nowhere.zip: there is no such model file", "info", "--model", "nowhere.zip")]
    [InlineData("the folder", "train", "--output", "/nowhere/at/all/x.zip")]
    [InlineData("this is a folder", "train", "--output", "/")]
    [InlineData("the folder", "crossvalidate", "--json", "/nowhere/at/all/x.json")]
    public void Request_ThatIsWrong_EndsWithTwoAndASentence(string sentence, params string[] args) =>
        CommandRun.Of(args).AssertFailed(2, sentence);

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("accession,label\nA,Nucleus\n", "no column holds the sequence")]
    [InlineData("accession,sequence\nA,MKK\n", "has no label")]
    [InlineData("accession,sequence,label\nA,MKK,Nucleus\nB,MKK,\n", "line 3: protein 'B' has no label; expected a compartment, so add it or leave such proteins out with --lenient")]
    [InlineData("accession,sequence,label\nA,MKK,Nucleus\nA,MKL,Plastid\n", "leave repeated ones out with --lenient")]
    [InlineData("accession,sequence,label\nA,MK1,Nucleus\n", "which stands for no residue")]
    [InlineData("accession,sequence,label\nA,MKK,Nucleus\nB,MKK,Nucleus\n", "needs at least two compartments")]
    [InlineData("accession,sequence,label\nA,MKK,Nucleus|Plastid\n", "no usable protein is left")]
    [InlineData(">A Nucleus-U\nMKK\n>B\nMKKL\n", "protein 'B' has no label")]
    public void Train_OnBadData_EndsWithOneAndASentence(string content, string sentence)
    {
        string data = _folder.Write("data.txt", content);

        CommandRun run = CommandRun.Of("train", "--data", data, "--output", _folder.At("m.zip"), "--quiet");

        run.AssertFailed(1, sentence);
        Assert.Equal([data], Directory.GetFiles(_folder.FullName));
    }

    [Theory]
    [InlineData("m.zip: two results are to be written to this file", "train", "--data", "p.csv", "--output", "m.zip", "--json", "./m.zip")]
    [InlineData("p.csv: this file is read as well", "train", "--data", "p.csv", "--output", "p.csv")]
    [InlineData("p.csv: this file is read as well", "predict", "--model", "model.zip", "--input", "p.csv", "--output", "p.csv")]
    [InlineData("model.zip: this file is read as well", "predict", "--model", "model.zip", "--input", "p.csv", "--json", "model.zip")]
    [InlineData("model.zip: this file is read as well", "evaluate", "--model", "model.zip", "--data", "p.csv", "--json", "model.zip")]
    [InlineData("link.zip: this file is read as well", "info", "--model", "model.zip", "--json", "link.zip")]
    [InlineData("p.csv: this file is read as well", "crossvalidate", "--data", "p.csv", "--json", "p.csv")]
    [InlineData("p.csv: this file is read as well", "train", "--data", "p.csv", "--output", "m.zip", "--history", "p.csv")]
    [InlineData("h.jsonl: two results are to be written to this file", "train", "--data", "p.csv", "--output", "m.zip", "--history", "h.jsonl", "--json", "h.jsonl")]
    public void Output_ThatIsAnInputOrAnotherOutput_EndsWithTwoAndChangesNothing(string sentence, params string[] args)
    {
        if (OperatingSystem.IsWindows())
            return;

        File.Copy(model.Path, _folder.At("model.zip"));
        File.CreateSymbolicLink(_folder.At("link.zip"), _folder.At("model.zip"));
        string data = _folder.Write("p.csv", "accession,sequence,label\nA,MKK,Nucleus\n");

        CommandRun run = CommandRun.Of([.. args.Select(one => one.Contains('.', StringComparison.Ordinal) ? _folder.At(one) : one)]);

        run.AssertFailed(2, sentence);
        Assert.Equal("accession,sequence,label\nA,MKK,Nucleus\n", File.ReadAllText(data));
        Assert.Equal(File.ReadAllBytes(model.Path), File.ReadAllBytes(_folder.At("model.zip")));
        Assert.Equal(3, Directory.GetFiles(_folder.FullName).Length);
    }

    [Fact]
    public void Output_OfBothResultsToADevice_IsAllowed()
    {
        if (OperatingSystem.IsWindows())
            return;

        CommandRun run = CommandRun.Of("predict", "--model", model.Path, "--input", model.Csv, "--output", "/dev/null", "--json", "/dev/null");

        Assert.True(run.ExitCode == 0, run.Error);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("crossvalidate")]
    public void Training_OnAGpuThatIsAbsent_EndsBeforeTheDataAreRead(string command)
    {
        string data = _folder.Write("bad.csv", "accession,sequence,label\nA,MK1,Nucleus\n");
        string[] output = command == "train" ? ["--output", _folder.At("m.zip")] : [];

        CommandRun run = CommandRun.Of([command, "--data", data, "--device", "cuda:9999", .. output]);

        run.AssertFailed(1, "The device 'cuda:9999' was asked for, but");
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("--id")]
    [InlineData("--sequence")]
    [InlineData("--label")]
    [InlineData("--partition")]
    public void Train_OnAColumnThatIsAbsent_NamesFileColumnAndOption(string option)
    {
        string data = _folder.Write("data.csv", "accession,sequence,label\nA,MKK,Nucleus\n");

        CommandRun run = CommandRun.Of("train", "--data", data, "--output", _folder.At("m.zip"), option, "place");

        run.AssertFailed(1, $"{data}, line 1: there is no column 'place'; found 'accession', 'sequence', 'label', so name one of these in {option}.");
    }

    [Fact]
    public void Evaluate_OfALabelThatTheModelLacks_NamesItAndTheClasses()
    {
        string data = _folder.Write("data.csv", "accession,sequence,label\nA,MKK,Nowhere\n");

        CommandRun run = CommandRun.Of("evaluate", "--model", model.Path, "--data", data);

        run.AssertFailed(1, "1 proteins are labelled 'Nowhere', which the model does not know; its classes are Cell membrane, Cytoplasm");
    }

    [Fact]
    public void Predict_WithAFileThatIsNoModel_SaysWhatItIs()
    {
        byte[] whole = File.ReadAllBytes(model.Path);
        File.WriteAllBytes(_folder.At("cut.zip"), whole[..(whole.Length / 2)]);
        using (ZipArchive zip = ZipFile.Open(_folder.At("foreign.zip"), ZipArchiveMode.Create))
        using (var entry = new StreamWriter(zip.CreateEntry("a.txt").Open()))
            entry.Write("hello");
        SaveOtherModel(_folder.At("other.zip"));

        Predict("cut.zip").AssertFailed(1, "cut.zip: the file is cut off or damaged");
        Predict("foreign.zip").AssertFailed(1, "foreign.zip: this zip file holds no model that this program can read");
        Predict("other.zip").AssertFailed(1, "other.zip: this is an ML.NET model but not one of this tool");
        Predict(_folder.Write("text.zip", "hello, world")).AssertFailed(1, "this is not a saved model");
        Predict(_folder.Write("empty.zip", "")).AssertFailed(1, "the file is empty");
        CommandRun.Of("predict", "--model", _folder.FullName, "--input", model.Csv).AssertFailed(2, "this is a folder");
    }

    [Fact]
    public void Predict_OfAFaultyRecord_LeavesNoOutput()
    {
        string input = _folder.Write("bad.fasta", ">A\nMKK\n>B\nMK!\n");

        CommandRun.Of("predict", "--model", model.Path, "--input", input, "--output", _folder.At("p.csv")).AssertFailed(1, "line 4");

        Assert.Equal([input], Directory.GetFiles(_folder.FullName));
    }

    public void Dispose() => _folder.Dispose();

    private static void SaveOtherModel(string path)
    {
        var context = new MLContext(1);
        IDataView data = context.Data.LoadFromEnumerable([new Row { Sequence = "MKK" }]);
        context.Model.Save(context.Transforms.CopyColumns("Copy", "Sequence").Fit(data), data.Schema, path);
    }

    private CommandRun Predict(string name) => CommandRun.Of("predict", "--model", _folder.At(name), "--input", model.Csv);

    private sealed class Row
    {
        public string Sequence { get; set; } = "";
    }
}
