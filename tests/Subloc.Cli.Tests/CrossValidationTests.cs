using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Subloc.MLNet;
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
        Compare(json, context.MulticlassClassification.CrossValidateByPartition(Load(context), MakePipeline(context)));
        Assert.Equal(["partition 0", "partition 1", "partition 2"], json["folds"]!.AsArray().Select(fold => (string?)fold!["name"]));
        Assert.True((bool)json["complete"]!);
        Assert.Equal(model.Proteins.Count, (int)json["pooled"]!["n"]!);
        Assert.Equal(42, (int)json["seed"]!);
        Assert.True((double)json["seconds"]! > 0);
        Assert.True((bool)json["folds"]![0]!["baselines"]!["majority"]!["fromTrainingRows"]!);
    }

    [Fact]
    public void CrossValidate_WithFolds_AgreesWithMicrosoftML()
    {
        using var folder = new TemporaryFolder();

        JsonObject json = CommandRun.JsonOf(folder.At("c.json"), ["crossvalidate", "--data", model.Csv, "--folds", "3", .. _settings]);

        MLContext context = new(42);
        Compare(json, context.MulticlassClassification.CrossValidate(Load(context), MakePipeline(context), 3, seed: 42));
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

    private IDataView Load(MLContext context)
    {
        IDataView data = context.Data.LoadProteins(model.Csv);
        return context.Transforms.Conversion
            .MapValueToKey(ColumnNames.Label, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(data).Transform(data);
    }
}
