using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML;
using Subloc.Benchmarks.Measuring;
using Subloc.MLNet;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Benchmarks.Scaling;

/// <summary>What a process that trained on so many proteins needed.</summary>
/// <param name="Proteins">Proteins learned from.</param>
/// <param name="EpochSeconds">Median time of an epoch.</param>
/// <param name="PeakKilobytes">Most memory that was resident, from the start of the process to the end of the training.</param>
/// <param name="ReadKilobytes">The same until the rows were read, before the first batch.</param>
/// <param name="ManagedKilobytes">Memory that .NET's collector holds at the end, garbage included.</param>
internal sealed record ScalingRow(int Proteins, double EpochSeconds, long PeakKilobytes, long ReadKilobytes, long ManagedKilobytes)
{
    /// <summary>Trains in this process, the proteins streamed from a file, and prints the row.</summary>
    public static void Print(Arguments arguments)
    {
        string file = arguments.Text("--data") ?? throw new ArgumentException("--data is missing.");
        string network = arguments.Text("--network") ?? "cnn1";
        int epochs = arguments.Number("--epochs", 2);
        arguments.End();

        var mlContext = new MLContext(1);
        IDataView proteins = mlContext.Data.LoadProteins(file);
        IDataView data = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(proteins).Transform(proteins);
        var clock = new EpochClock();
        var memory = new MemoryBeforeTraining();
        NetworkPreset preset = NetworkPresets.Get(network);
        var trainer = mlContext.MulticlassClassification.Trainers.ProteinNetwork(new ProteinNetworkOptions
        {
            Network = preset.Config,
            BatchSize = preset.BatchSize,
            Epochs = epochs,
            ValidationFraction = 0,
            Device = "cpu",
            Precision = Precision.Fp32,
            Callbacks = [memory, clock],
        });
        int rows = mlContext.Transforms.EncodeProtein().Append(trainer).Fit(data).LastTransformer.Model.Training.Rows;
        Console.WriteLine(JsonSerializer.Serialize(new ScalingRow(
            rows, Statistics.Median(clock.Epochs), ResidentMemory.Peak, memory.PeakKilobytes, GC.GetGCMemoryInfo().TotalCommittedBytes / 1024)));
    }

    /// <summary>Trains in a process of its own.</summary>
    public static ScalingRow Measure(string file, string network, int epochs)
    {
        string[] command = ["scaling-row", "--data", file, "--network", network, "--epochs", $"{epochs}"];
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(ScalingRow).Assembly.Location, .. command]) { RedirectStandardOutput = true };
        // Of garbage from reading, .NET lets as much lie as the processor's cache is large: with few proteins less, but that is no cost of a protein.
        start.Environment.TryAdd("DOTNET_GCgen0size", "0x400000");
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<ScalingRow>(output.Trim().Split('\n')[^1])!
            : throw new InvalidOperationException($"The process that trained {network} on {file} ended with exit code {process.ExitCode}.");
    }

    private sealed class MemoryBeforeTraining : ITrainingCallback
    {
        public long PeakKilobytes { get; private set; }

        public void OnTrainingStart(TrainingRun run) => PeakKilobytes = ResidentMemory.Peak;
    }
}
