#:project ../src/Subloc.MLNet.TorchSharp/Subloc.MLNet.TorchSharp.csproj
#:package Microsoft.ML.OnnxTransformer
#:property PublishAot=false
// Exports a trained network to ONNX and scores with the file, in two ways: dotnet run examples/onnx.cs [MODEL.onnx]
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet;
using Subloc.MLNet.Data;
using Subloc.MLNet.Onnx;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;

const int Length = 200;
var mlContext = new MLContext(seed: 1);
IDataView seen = mlContext.Data.LoadSyntheticProteins(new SyntheticProteinOptions { Count = 1000, MaxLength = Length });
IDataView unseen = mlContext.Data.LoadSyntheticProteins(new SyntheticProteinOptions { MaxLength = Length, Seed = 2 });
var labels = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(seen);

var encode = mlContext.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = Length });
var cnn1 = mlContext.MulticlassClassification.Trainers.ProteinNetwork(new ProteinNetworkOptions { Epochs = 8 });
ITransformer model = encode.Append(cnn1).Fit(labels.Transform(seen));
string file = args.Length > 0 ? args[0] : Path.GetTempFileName();
model.ExportToOnnx(file);

// With this library: large batches of proteins of similar lengths. The model is saved and loaded with the pipeline; no libtorch is needed.
var batched = encode.Append(mlContext.Transforms.ApplyProteinOnnx(file)).Fit(unseen);
IDataView scored = batched.Transform(labels.Transform(unseen));
var metrics = mlContext.MulticlassClassification.EvaluateLocalization(scored);
Console.WriteLine($"Accuracy {metrics.Accuracy:0.00}, majority baseline {metrics.MajorityBaseline.Accuracy:0.00}");

// With ML.NET's own scorer, which knows nothing of proteins and runs one a pass: tokens go in as they are, and the shape must be told.
var shapes = new Dictionary<string, int[]> { ["tokens"] = [1, Length] };
var byRow = mlContext.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = Length, OutputColumnName = "tokens" })
    .Append(mlContext.Transforms.ApplyOnnxModel("probabilities", "tokens", file, shapes));
var pairs = scored.GetColumn<float[]>("Score").Zip(byRow.Fit(unseen).Transform(unseen).GetColumn<float[]>("probabilities"));
bool agree = pairs.All(pair => pair.First.Zip(pair.Second).All(two => Math.Abs(two.First - two.Second) < 1e-5));
Console.WriteLine($"ApplyOnnxModel {(agree ? "agrees" : "disagrees")}");

// Accuracy 0.56, majority baseline 0.20
// ApplyOnnxModel agrees
