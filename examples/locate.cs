#:project ../src/Subloc.MLNet.Pretrained/Subloc.MLNet.Pretrained.csproj
#:property PublishAot=false
// Locates well-known proteins with the model that comes with the library, neither trained nor downloaded: dotnet run examples/locate.cs [FILE]
// FILE is FASTA or CSV with labels; without it examples/data/wellknown.fasta is read.
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Subloc.MLNet;
using Subloc.MLNet.Pretrained;

var mlContext = new MLContext();
using var model = ProteinLocalizer.LoadPretrained(mlContext, new ProteinLocalizerOptions { Threshold = 0.5f });
IDataView proteins = mlContext.Data.LoadProteins(args.Length > 0 ? args[0] : Path.Combine(Folder(), "data", "wellknown.fasta"));

Protein[] located = [.. mlContext.Data.CreateEnumerable<Protein>(model.Transform(proteins), reuseRowObject: false)];
Protein[] certain = [.. located.Where(protein => protein.PredictedLabel != "uncertain")];
double accuracy = certain.Average(protein => protein.PredictedLabel == protein.Label ? 1.0 : 0);
double majority = located.CountBy(protein => protein.Label).Max(label => label.Value) / (double)located.Length;
Console.WriteLine($"Accuracy {accuracy:0.00}, majority baseline {majority:0.00}");
Console.WriteLine($"{certain.Length} of {located.Length} proteins have a confidence of 0.5 or more");
Protein insulin = located.Single(protein => protein.Id == "P01308");
Console.WriteLine($"Insulin: {insulin.PredictedLabel}, confidence {insulin.Confidence:0.00}");

static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

internal sealed class Protein
{
    public string Id { get; set; } = "";
    public string Label { get; set; } = "";
    public string PredictedLabel { get; set; } = "";
    public float Confidence { get; set; }
}

// Accuracy 0.90, majority baseline 0.24
// 20 of 25 proteins have a confidence of 0.5 or more
// Insulin: Extracellular, confidence 0.97
