using Microsoft.ML;
using Subloc.MLNet;
using Subloc.MLNet.Data;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Benchmarks.Commands;

/// <summary>Trains cnn1 at length 1000 for one epoch and prints the most memory that was resident (Linux).</summary>
internal static class PeakMemory
{
    public static void Run(string[] args)
    {
        int count = 5000;
        var files = new List<string>();
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--count")
                count = int.Parse(args[++i], null);
            else if (args[i] != "--data")
                files.Add(args[i]);
        }

        var mlContext = new MLContext(1);
        Console.WriteLine($"before loading     {Peak()}");
        IDataView proteins = files.Count > 0
            ? mlContext.Data.LoadProteins(files)
            : mlContext.Data.LoadSyntheticProteins(new SyntheticProteinOptions { Count = count, MaxLength = 1500 });
        IDataView data = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(proteins).Transform(proteins);
        Console.WriteLine($"after a first pass {Peak()}");

        var trainer = mlContext.MulticlassClassification.Trainers.ProteinNetwork(new ProteinNetworkOptions { Epochs = 1, Device = "cpu" });
        var model = mlContext.Transforms.EncodeProtein().Append(trainer).Fit(data).LastTransformer.Model;
        Console.WriteLine($"after training     {Peak()}, {model.Training.Rows + model.Training.ValidationRows} {(files.Count > 0 ? "" : "synthetic ")}proteins");
    }

    private static string Peak() => File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM", StringComparison.Ordinal))[6..].Trim();
}
