using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Transforms;
using Subloc.MLNet;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.Cli.Tests;

/// <summary>Models that a program saved: their pipelines go on after the network, or encode before it.</summary>
public sealed class LibraryModelTests(TinyModel model) : IClassFixture<TinyModel>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PredictAndEvaluate_WithAPredictedLabelThatIsText_Agree(bool isOneHot)
    {
        string path = Train(isOneHot);

        JsonObject metrics = CommandRun.JsonOf(_folder.At("e.json"), "evaluate", "--model", path, "--data", model.Csv);
        CommandRun predicted = CommandRun.Of("predict", "--model", path, "--input", model.Csv, "--quiet");

        Assert.Empty(predicted.Error);
        string[][] rows = [.. predicted.Output.TrimEnd().Split('\n').Skip(1).Select(line => line.Split(','))];
        Assert.Equal(model.Proteins.Count, rows.Length);
        Assert.All(rows, row => Assert.Contains(row[2], row.Skip(3)));
        Assert.Equal(rows.Zip(model.Proteins).Average(pair => pair.First[1] == pair.Second.Label ? 1.0 : 0), (double)metrics["accuracy"]!, 9);
    }

    [Fact]
    public void Info_OfAModelThatEncodesBefore_SaysThatItReadsSequences()
    {
        CommandRun info = CommandRun.Of("info", "--model", Train(isOneHot: true));

        Assert.Contains("sequences of up to 60 residues (20 channels)", info.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Train(bool isOneHot)
    {
        MLContext context = new(1);
        IDataView proteins = context.Data.LoadProteins(model.Csv);
        IDataView data = context.Transforms.Conversion
            .MapValueToKey(ColumnNames.Label, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(proteins).Transform(proteins);
        var trainer = context.MulticlassClassification.Trainers.ProteinNetwork(new ProteinNetworkOptions { Epochs = 1, Threads = 1, Device = "cpu" });
        var encoding = new ProteinEncodingOptions { Length = 60, Encoding = isOneHot ? ProteinEncoding.OneHot : ProteinEncoding.Tokens };
        IEstimator<ITransformer> encode = context.Transforms.EncodeProtein(encoding);
        if (isOneHot)
            encode = encode.Append(context.Transforms.IndicateSequenceMask());
        ITransformer fitted = encode.Append(trainer).Append(context.Transforms.Conversion.MapKeyToValue(ColumnNames.PredictedLabel)).Fit(data);
        string path = _folder.At("library.zip");
        context.Model.Save(fitted, data.Schema, path);
        return path;
    }
}
