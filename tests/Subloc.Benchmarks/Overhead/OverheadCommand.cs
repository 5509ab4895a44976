using System.Diagnostics;
using Microsoft.ML;
using Subloc.Benchmarks.Measuring;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Native;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Benchmarks.Overhead;

/// <summary>What EncodeProtein and the batches cost beside an epoch of the network that is cheapest a protein.</summary>
internal sealed class OverheadCommand
{
    private const int Length = 1000;
    private const double Bar = 0.05;

    private readonly MLContext _mlContext = new(1);
    private readonly IDataView _data;
    private readonly int _count;

    private OverheadCommand(MeasuredProteins proteins, int count)
    {
        _count = count;
        _data = proteins.Encode(proteins.Draw(count), Length);
    }

    public static void Run(Arguments arguments)
    {
        int count = arguments.Number("--count", 4_000), windows = arguments.Number("--windows", 5), probe = arguments.Number("--probe", 640);
        string[] networks = arguments.Texts("--networks", [.. SeedNetworks.Names]);
        arguments.End();

        LibTorch.Start();
        var proteins = new MeasuredProteins();
        NetworkPreset cheapest = Cheapest(new OverheadCommand(proteins, probe), networks);
        Console.WriteLine($"Proteins: {proteins.Source}, {count} at length {Length}; {cheapest.Name}, medians of {windows} windows");
        new OverheadCommand(proteins, count).Measure(cheapest, windows);
    }

    private static NetworkPreset Cheapest(OverheadCommand probe, string[] networks)
    {
        if (networks is [string only])
            return NetworkPresets.Get(only);

        Console.WriteLine("network    ms a protein, second epoch of a short training");
        var seconds = new Dictionary<string, double>();
        foreach (string network in networks)
        {
            seconds[network] = probe.Train(NetworkPresets.Get(network), epochs: 2).Epoch / probe._count;
            Console.WriteLine($"{network,-9}  {seconds[network] * 1000:0.00}");
        }

        return NetworkPresets.Get(seconds.MinBy(pair => pair.Value).Key);
    }

    private void Measure(NetworkPreset preset, int windows)
    {
        var batches = new AssembledBatches(_mlContext, _data, Length, preset.BatchSize, preset.Config.NeedsFixedLength);
        batches.RunEpoch();
        var rows = new List<(double Reading, double Epoch, double Batching)>();
        double padding = 0;
        for (int i = 0; i < windows; i++)
        {
            (double reading, double epoch) = Train(preset, epochs: 1);
            long start = Stopwatch.GetTimestamp();
            padding = batches.RunEpoch();
            rows.Add((reading, epoch, Stopwatch.GetElapsedTime(start).TotalSeconds));
        }

        Console.WriteLine($"  epoch, from the first batch to the end    {Statistics.Median(rows.Select(row => row.Epoch)) * 1000,8:0.0} ms");
        Console.WriteLine($"  reading and encoding, once in a training  {Statistics.Median(rows.Select(row => row.Reading)) * 1000,8:0.0} ms");
        Console.WriteLine($"  planning and assembling batches           {Statistics.Median(rows.Select(row => row.Batching)) * 1000,8:0.0} ms, {padding:0.0%} padding");
        double share = Statistics.Median(rows.Select(row => (row.Reading + row.Batching) / (row.Reading + row.Epoch)));
        Console.WriteLine($"  both beside one epoch with its reading    {share,8:0.0%}    (bar {Bar:0%}; batches counted as if none were made ahead)");
    }

    private (double Reading, double Epoch) Train(NetworkPreset preset, int epochs)
    {
        var clock = new EpochClock();
        var rows = new TimedView(_data);
        _mlContext.MulticlassClassification.Trainers.ProteinNetwork(new ProteinNetworkOptions
        {
            Network = preset.Config,
            BatchSize = preset.BatchSize,
            Epochs = epochs,
            ValidationFraction = 0,
            Device = "cpu",
            Precision = Precision.Fp32,
            Callbacks = [clock],
        }).Fit(rows).Dispose();
        return (rows.Time.Seconds, clock.Epochs[^1]);
    }
}
