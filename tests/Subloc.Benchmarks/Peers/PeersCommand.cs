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
        using var command = new PeersCommand(PeersSettings.Read(arguments));
        foreach (string network in command._settings.Networks)
            command.Measure(SeedNetworks.Get(network));

        Console.WriteLine();
        Console.WriteLine("network   phase       here     (a)     (b)  here/(a)          bar   here/(b)          bar   reading");
        command._table.ForEach(Console.WriteLine);
        Console.WriteLine($"proteins/s: medians of {command._settings.Windows} windows; ratios: median (least-greatest) of the pairs; load {Load()}");
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
        var reading = new List<double>();
        var windows = PairedWindows.Run(_contenders, training, preset.BatchSize, _settings, (window, contender, rate) =>
        {
            if (_settings.Rows)
                Console.WriteLine($"  {(training ? "train" : "score")} window {window}  {contender.Name,-14} {rate,7:0} proteins/s");
            if (contender == _library)
                reading.Add(_library.ReadingSeconds * rate);
        });
        bool padsLess = !preset.Config.NeedsFixedLength;
        double? barA = training ? (padsLess ? 1.8 : 0.95) : (padsLess ? 1.9 : null);
        double? barB = training && padsLess ? 1.6 : null;
        bool hasPython = _contenders.Count > 2;
        string line = $"{preset.Name,-9} {(training ? "train" : "score")}  {Rate(windows, 0)} {Rate(windows, 1)} {(hasPython ? Rate(windows, 2) : "      -")}  "
            + $"{Statistics.Ratio(windows.Rates(0), windows.Rates(1)),-17} {barA,4:0.00}  "
            + $"{(hasPython ? Statistics.Ratio(windows.Rates(0), windows.Rates(2)) : "-"),-17} {barB,4:0.00}"
            + (training ? $"   {Statistics.Median(reading) / windows.Count(0):0.0%}" : "");
        _table.Add(line);
        Console.WriteLine($"  proteins in a window: {string.Join(", ", _contenders.Select((contender, i) => $"{windows.Count(i)} {contender.Name}"))}");
        Console.WriteLine(line);
    }

    private static string Rate(PairedWindows windows, int contender) => $"{Statistics.Median(windows.Rates(contender)),7:0}";
}
