using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Tests.Native;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.MLNet.TorchSharp.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class HistoryFileTests : IDisposable
{
    private const string Header = "epoch,loss,accuracy,validationLoss,validationAccuracy,validationMacroF1,validationGorodkin,learningRate,seconds";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Csv_OfEpochs_HasAHeaderAndALineForEach()
    {
        var run = new TrainingRun(9, 1, 1, 1);
        var file = new HistoryFile(At("h.csv"));
        file.OnTrainingStart(run);

        Add(run, file, new EpochResult(1, 2.5, 0.25, 1e-9, 0.5, 12.5, 0.1, -0.2, 0.001));
        Assert.Equal([Header, "1,2.5,0.25,1E-09,0.5,0.1,-0.2,0.001,12.5"], File.ReadAllLines(file.Path));
        Add(run, file, new EpochResult(2, 1, 1, null, null, 1));

        Assert.Equal([Header, "1,2.5,0.25,1E-09,0.5,0.1,-0.2,0.001,12.5", "2,1,1,,,,,,1"], File.ReadAllLines(file.Path));
    }

    [Fact]
    public void JsonLines_OfAFit_AreItsHistory()
    {
        var context = new MLContext(seed: 1);
        ProteinNetworkOptions options = TinyProteins.Options with { Callbacks = [new HistoryFile(At("h.jsonl")), new HistoryFile(At("h.csv"))] };

        using ProteinNetworkTransformer model = context.MulticlassClassification.Trainers.ProteinNetwork(options).Fit(TinyProteins.LoadEncoded(context));

        IEnumerable<EpochResult?> read = File.ReadLines(At("h.jsonl")).Select(line => JsonSerializer.Deserialize<EpochResult>(line, JsonSerializerOptions.Web));
        Assert.Equal(model.Model.Training.History, read);
        Assert.All(model.Model.Training.History, epoch => Assert.True(epoch is { LearningRate: 1e-3, ValidationMacroF1: >= 0, ValidationGorodkin: >= -1 }));
        Assert.Equal(4, File.ReadAllLines(At("h.csv")).Length);
    }

    [Theory]
    [InlineData("h.csv")]
    [InlineData("h.jsonl")]
    public void RestoreState_AfterMoreEpochsAndAHalfLine_CutsThemOffAndGoesOn(string name)
    {
        var run = new TrainingRun(9, 1, 1, 1);
        var file = new HistoryFile(At(name));
        file.OnTrainingStart(run);
        Add(run, file, Epoch(1));
        string state = file.SaveState()!.ToJsonString();
        Add(run, file, Epoch(2));
        File.AppendAllText(file.Path, "3,0.7");

        TrainingRun resumed = Resume(1);
        var second = new HistoryFile(At(name));
        second.OnTrainingStart(resumed);
        second.RestoreState(JsonNode.Parse(state)!);
        Add(resumed, second, Epoch(2));
        Add(resumed, second, Epoch(3));

        Assert.Equal(AllAtOnce(name, 3), File.ReadAllText(file.Path));
    }

    [Fact]
    public void RestoreState_OfAFileThatIsGone_WritesAllOfTheHistory()
    {
        var file = new HistoryFile(At("h.csv"));
        TrainingRun run = Resume(2);
        file.OnTrainingStart(run);
        file.RestoreState(JsonNode.Parse("""{"length":500,"epochs":2}""")!);

        Add(run, file, Epoch(3));

        Assert.Equal(AllAtOnce("h.csv", 3), File.ReadAllText(file.Path));
    }

    [Fact]
    public void OnTrainingStart_OfAnotherRun_ReplacesTheFile()
    {
        var file = new HistoryFile(At("h.csv"));
        for (int i = 0; i < 2; i++)
        {
            var run = new TrainingRun(9, 1, 1, 1);
            file.OnTrainingStart(run);
            Add(run, file, Epoch(1));
        }

        Assert.Equal(2, File.ReadAllLines(file.Path).Length);
    }

    [Fact]
    public void Constructor_OtherEnding_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => new HistoryFile("h.txt"));

        Assert.Contains("'h.txt' must end in .csv or .jsonl", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OnTrainingStart_FolderThatIsAbsent_FailsBeforeTraining() =>
        Assert.ThrowsAny<IOException>(() => new HistoryFile(At("no/h.csv")).OnTrainingStart(new TrainingRun(1, 1, 1, 1)));

    public void Dispose() => _folder.Dispose();

    private static EpochResult Epoch(int number) => new(number, 1.0 / number, 0.1 * number, null, null, number);

    private static void Add(TrainingRun run, HistoryFile file, EpochResult epoch)
    {
        run.Add(epoch);
        file.OnEpochEnd(run);
    }

    private static TrainingRun Resume(int epochs)
    {
        var run = new TrainingRun(9, 1, 1, 1);
        for (int epoch = 1; epoch <= epochs; epoch++)
            run.Add(Epoch(epoch));
        return run;
    }

    private string AllAtOnce(string name, int epochs)
    {
        var file = new HistoryFile(At("expected-" + name));
        TrainingRun run = Resume(epochs - 1);
        file.OnTrainingStart(run);
        Add(run, file, Epoch(epochs));
        return File.ReadAllText(file.Path);
    }

    private string At(string name) => Path.Combine(_folder.Path, name);
}
