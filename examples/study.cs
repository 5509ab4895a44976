#:project ../src/Subloc.MLNet.TorchSharp/Subloc.MLNet.TorchSharp.csproj
#:property PublishAot=false
// Compares a convolutional, a residual and a recurrent network under cross-validation by partition: dotnet run examples/study.cs [FILE...]
// FILE is FASTA or CSV with labels and partitions, such as those of DeepLoc 2.0; without it the proteins are synthetic.
using Microsoft.ML;
using Subloc.MLNet;
using Subloc.MLNet.Data;
using Subloc.MLNet.Evaluation;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;

var mlContext = new MLContext(seed: 1);
bool isReal = args.Length > 0;
IDataView proteins = isReal
    ? mlContext.Data.LoadProteins(args)
    : mlContext.Data.LoadSyntheticProteins(new SyntheticProteinOptions { Count = 600, MaxLength = 100, SignalStrength = 1, Partitions = 3 });
IDataView data = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(proteins).Transform(proteins);
var encode = mlContext.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = isReal ? 1000 : 100 });

var results = new Dictionary<string, LocalizationMetrics>();
foreach (string name in (string[])["cnn1", "resnet1", "cnn-lstm"])
{
    var options = new ProteinNetworkOptions { Network = NetworkPresets.Get(name).Config, Epochs = 20 };
    if (!isReal) // So few proteins are best learned from in small batches, and none is left for early stopping.
        options = options with { Epochs = 10, BatchSize = 16, LearningRate = 0.003, ValidationFraction = 0 };
    var pipeline = encode.Append(mlContext.MulticlassClassification.Trainers.ProteinNetwork(options));
    var folds = mlContext.MulticlassClassification.CrossValidateByPartition(data, pipeline);
    results[name] = mlContext.MulticlassClassification.EvaluateLocalization(folds);
}

LocalizationMetrics best = results.Values.MaxBy(metrics => metrics.Accuracy)!;
Console.WriteLine($"Accuracy {best.Accuracy:0.00}, majority baseline {best.MajorityBaseline.Accuracy:0.00}");
foreach (var (name, metrics) in results)
    Console.WriteLine($"{name}: accuracy {metrics.Accuracy:0.00}, macro F1 {metrics.MacroF1:0.00}, Gorodkin's correlation {metrics.Gorodkin:0.00}");

// Accuracy 0.60, majority baseline 0.20
// cnn1: accuracy 0.60, macro F1 0.56, Gorodkin's correlation 0.54
// resnet1: accuracy 0.38, macro F1 0.33, Gorodkin's correlation 0.30
// cnn-lstm: accuracy 0.42, macro F1 0.28, Gorodkin's correlation 0.34
