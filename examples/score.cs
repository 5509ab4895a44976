#:project ../src/Subloc.MLNet.Onnx/Subloc.MLNet.Onnx.csproj
#:property PublishAot=false
// Scores proteins with an exported model and nothing else, neither TorchSharp nor libtorch: dotnet run examples/score.cs MODEL.onnx [FILE]
// FILE is FASTA or CSV; without it the proteins are synthetic. Published, it is a small program: README.md, "Deployment".
using Microsoft.ML;
using Subloc.MLNet;
using Subloc.MLNet.Onnx;

var mlContext = new MLContext();
using var model = mlContext.Model.LoadProteinOnnx(args[0]);
IDataView proteins = args.Length > 1 ? mlContext.Data.LoadProteins(args[1]) : mlContext.Data.LoadSyntheticProteins();

IDataView scored = model.Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(model.Transform(proteins))).Transform(proteins);
foreach (var protein in mlContext.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: true))
    Console.WriteLine($"{protein.Id},{protein.PredictedLabel},{protein.Score.Max():0.000}");

internal sealed class Prediction
{
    public string Id { get; set; } = "";
    public string PredictedLabel { get; set; } = "";
    public float[] Score { get; set; } = [];
}
