using Subloc.Benchmarks.Measuring;
using Subloc.MLNet.TorchSharp.Native;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Training;
using static TorchSharp.torch;

namespace Subloc.Benchmarks.Peers;

/// <summary>Training in bfloat16 beside training in float32, in alternating windows.</summary>
internal static class PrecisionCommand
{
    public static void Run(Arguments arguments)
    {
        const double Bar = 1.6;

        PeersSettings settings = PeersSettings.Read(arguments, "resnet1");
        LibTorch.Start();
        set_num_threads(settings.Threads);
        var proteins = new MeasuredProteins();
        using LibraryContender single = Train(proteins, settings.Length, Precision.Fp32), half = Train(proteins, settings.Length, Precision.Bf16);
        Console.WriteLine($"Proteins: {proteins.Source}; {settings.Threads} threads, {settings.Windows} windows");
        Console.WriteLine("network    bf16/s  fp32/s  bf16/fp32            bar   by processor time");
        foreach (string network in settings.Networks)
        {
            NetworkPreset preset = NetworkPresets.Get(network);
            half.Build(network, preset.BatchSize);
            single.Build(network, preset.BatchSize);
            var windows = PairedWindows.Run([half, single], training: true, preset.BatchSize, settings, (_, _, _) => { });
            Console.WriteLine($"{network,-9} {Statistics.Median(windows.Speeds(0)),7:0} {Statistics.Median(windows.Speeds(1)),7:0}  "
                + $"{Statistics.Ratio(windows.Speeds(0), windows.Speeds(1)),-18} {(network == "resnet1" ? Bar : null),5:0.00}   {Statistics.Ratio(windows.Yields(0), windows.Yields(1))}");
        }
    }

    private static LibraryContender Train(MeasuredProteins proteins, int length, Precision precision)
    {
        var contender = new LibraryContender(proteins, length, $"{precision}");
        contender.Options = contender.Options with { Precision = precision };
        return contender;
    }
}
