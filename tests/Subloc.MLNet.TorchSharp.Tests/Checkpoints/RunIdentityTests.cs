using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.TorchSharp.Checkpoints;
using Subloc.MLNet.TorchSharp.Optimization;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.MLNet.TorchSharp.Tests.Checkpoints;

[Collection(TorchTests.Name)]
public sealed class RunIdentityTests
{
    // Every other setting must be equal to resume.
    private static readonly string[] _freeToDiffer =
    [
        "LabelColumnName", "FeatureColumnName", "MaskColumnName", "PartitionColumnName", "Families", "Epochs", "Device", "Threads", "CacheBytes", "Callbacks", "Checkpoint", "CancellationToken",
    ];

    [Fact]
    public void Of_EverySetting_IsComparedUnlessItIsFreeToDiffer()
    {
        var context = new MLContext(seed: 1);
        var host = context.Model.GetEnvironment().Register("test");
        var rows = TrainingRows.Read(host, TinyProteins.LoadEncoded(context, 20), null, TinyProteins.Options, 7);

        var items = RunIdentity.Of(TinyProteins.Options, rows, 7);

        IEnumerable<string> compared = items.Keys.Select(name => name.Split('.')[0]).Distinct();
        IEnumerable<string> settings = typeof(ProteinNetworkOptions).GetProperties().Select(property => property.Name).Except(_freeToDiffer);
        Assert.Equal(settings.Concat(["Features", "Classes", "Data", "Rows to learn from", "Rows held out"]).Order(), compared.Order());
    }

    [Fact]
    public void Of_AScheduleOverAllSteps_ComparesTheEpochsToo()
    {
        var context = new MLContext(seed: 1);
        var host = context.Model.GetEnvironment().Register("test");
        using var rows = TrainingRows.Read(host, TinyProteins.LoadEncoded(context, 20), null, TinyProteins.Options, 7);

        Assert.Equal("3", RunIdentity.Of(TinyProteins.Options with { Schedule = new CosineSchedule() }, rows, 7)["Epochs"]);
        Assert.DoesNotContain("Epochs", RunIdentity.Of(TinyProteins.Options with { Schedule = new PlateauSchedule() }, rows, 7));
    }

    [Fact]
    public void Differences_ASettingThatTheCheckpointDoesNotKnow_WasAtItsDefault()
    {
        var context = new MLContext(seed: 1);
        var host = context.Model.GetEnvironment().Register("test");
        using var rows = TrainingRows.Read(host, TinyProteins.LoadEncoded(context, 20), null, TinyProteins.Options, 7);
        var before = new Dictionary<string, string>(RunIdentity.Of(TinyProteins.Options, rows, 7));
        Assert.True(before.Remove("PretrainingEpochs"));

        Assert.Empty(RunIdentity.Differences(before, RunIdentity.Of(TinyProteins.Options, rows, 7)));
        Assert.Equal(
            ["PretrainingEpochs was 0 and is 3"],
            RunIdentity.Differences(before, RunIdentity.Of(TinyProteins.Options with { PretrainingEpochs = 3 }, rows, 7)));
    }
}
