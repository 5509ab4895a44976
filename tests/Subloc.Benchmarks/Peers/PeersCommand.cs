using System.Runtime.InteropServices;
using Subloc.Benchmarks.Measuring;
using Subloc.MLNet.TorchSharp.Native;
using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;

namespace Subloc.Benchmarks.Peers;

/// <summary>Training and scoring here beside (a) a bare TorchSharp loop and (b) PyTorch, both on ready tensors padded to L.</summary>
internal sealed class PeersCommand : IDisposable
{
    private readonly PeersSettings _settings;
    private readonly LibraryContender _library;
    private readonly List<IContender> _contenders;
    private readonly List<string> _table = [];

    private PeersCommand(PeersSettings settings)
    {
        const int ReadyProteinCount = 1024;

        _settings = settings;
        LibTorch.Start();
        set_num_threads(settings.Threads);
        var proteins = new MeasuredProteins();
        _library = new LibraryContender(proteins, settings.Length);
        var ready = ReadyProteins.Read(proteins.Encode(proteins.Draw(Math.Min(settings.Count ?? ReadyProteinCount, ReadyProteinCount)), settings.Length), settings.Length);
        _contenders = [_library, new BareContender(ready, proteins.Classes)];
        double mean = proteins.MeanLength(settings.Length);
        Console.WriteLine($"Proteins: {proteins.Source}, {proteins.Count}, {mean:0} of {settings.Length} positions filled on average ({settings.Length / mean:0.00} times fewer)");
        Console.WriteLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, libtorch {__version__}, {settings.Threads} threads, load {Load()}");
        if (settings.Python.Length > 0)
        {
            (PythonContender? python, string problem) = PythonContender.Start(settings.Python, ready, proteins.Classes, settings.Threads);
            if (python is not null)
                _contenders.Add(python);
            Console.WriteLine(python is null ? problem : $"(b) {python.Versions}");
        }
    }

    public static void Run(Arguments arguments)
    {
        using var command = new PeersCommand(
            PeersSettings.Read(arguments, "cnn1", "resnet1", "resnet2", "resnet3", "resnet4", "cnn-lstm"));
        foreach (string network in command._settings.Networks)
            command.Measure(SeedNetworks.Get(network));

        Console.WriteLine();
        Console.WriteLine("network   phase  peer            here/s  peer/s  here/peer            bar   by processor time");
        command._table.ForEach(Console.WriteLine);
        Console.WriteLine($"Proteins a second: medians of {command._settings.Windows} windows. Ratios: median (least-greatest) of the pairs. Load {Load()}");
    }

    public void Dispose() => _contenders.ForEach(contender => contender.Dispose());

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private void Measure(NetworkPreset preset)
    {
        long[] weights = [.. _contenders.Select(contender => contender.Build(preset.Name, preset.BatchSize))];
        if (weights.Distinct().Skip(1).Any())
            throw new InvalidOperationException($"{preset.Name} has {string.Join(", ", weights)} trained weights here, in (a) and in (b), but they must be equal.");

        Console.WriteLine();
        Console.WriteLine($"{preset.Name}: {weights[0]} weights, batches of {preset.BatchSize}");
        if (_settings.Train)
            Measure(preset, training: true);
        if (_settings.Score)
            Measure(preset, training: false);
    }

    private void Measure(NetworkPreset preset, bool training)
    {
        string phase = training ? "train" : "score";
        var reading = new List<double>();
        var windows = PairedWindows.Run(_contenders, training, preset.BatchSize, _settings, (window, i, time) =>
        {
            if (_settings.Rows)
                Console.WriteLine($"  {phase} window {window}  {_contenders[i].Name,-14} {time.Seconds,7:0.000} s  {time.Processor,7:0.000} s of processor time");
            if (i == 0)
                reading.Add(_library.ReadingSeconds / time.Seconds);
        });
        Console.WriteLine($"  proteins in a window: {string.Join(", ", _contenders.Select((contender, i) => $"{windows.Count(i)} {contender.Name}"))}");
        bool padsLess = !preset.Config.NeedsFixedLength;
        AddRow(preset.Name, phase, windows, 1, training ? (padsLess ? 1.8 : 0.95) : (padsLess ? 1.9 : null));
        if (_contenders.Count > 2)
            AddRow(preset.Name, phase, windows, 2, training && padsLess ? 1.6 : null);
        if (training)
            Console.WriteLine($"  reading and encoding takes {Statistics.Median(reading):0.0%} of the time here");
    }

    private void AddRow(string network, string phase, PairedWindows windows, int peer, double? bar)
    {
        string row = $"{network,-9} {phase}  {_contenders[peer].Name,-14}  {Statistics.Median(windows.Speeds(0)),7:0} {Statistics.Median(windows.Speeds(peer)),7:0}  "
            + $"{Statistics.Ratio(windows.Speeds(0), windows.Speeds(peer)),-18} {bar,5:0.00}   {Statistics.Ratio(windows.Yields(0), windows.Yields(peer))}";
        _table.Add(row);
        Console.WriteLine(row);
    }
}
