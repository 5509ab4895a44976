using System.Runtime.InteropServices;
using Microsoft.ML;
using Subloc.Benchmarks.Measuring;
using Subloc.MLNet;
using Subloc.MLNet.Onnx;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Native;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.Benchmarks.Runtimes;

/// <summary>An exported network on ONNX Runtime, in float32 and int8, beside the network on TorchSharp and beside ML.NET's scorer of ONNX models.</summary>
internal sealed class OnnxCommand
{
    private readonly MLContext _mlContext = new(1);
    private readonly MeasuredProteins _proteins = new();
    private readonly int _windows;
    private readonly int _count;
    private readonly int _rows;
    private readonly int _length;
    private double _rate;

    private OnnxCommand(Arguments arguments)
    {
        _windows = arguments.Number("--windows", 5);
        _count = arguments.Number("--count", 4096);
        _rows = arguments.Number("--rows", 512);
        _length = arguments.Number("--length", 1000);
    }

    public static void Run(Arguments arguments)
    {
        string[] names = arguments.Texts("--networks", [.. SeedNetworks.Names]);
        var command = new OnnxCommand(arguments);
        arguments.End();
        LibTorch.Start();
        command.Run(names);
    }

    private void Run(string[] names)
    {
        _rate = MatrixRate.Measure();
        Console.WriteLine($"Proteins: {_proteins.Source}, {_proteins.MeanLength(_length):0} of {_length} positions filled on average; {_count} a window, {_rows} for ApplyOnnxModel, {_windows} windows");
        Console.WriteLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors, matrix products at {_rate / 1e9:0} GFLOP/s");
        Console.WriteLine($"network   float32/s    int8/s  TorchSharp/s  ApplyOnnxModel/s  float32/TorchSharp    float32/ApplyOnnxModel    int8/ApplyOnnxModel       GFLOP a protein  float32: share of the rate");
        foreach (string name in names)
            Measure(SeedNetworks.Get(name));
    }

    private void Measure(NetworkPreset preset)
    {
        string folder = Directory.CreateTempSubdirectory("subloc-onnx").FullName;
        try
        {
            Measure(preset, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Measure(NetworkPreset preset, string folder)
    {
        string exact = Path.Combine(folder, "float32.onnx"), small = Path.Combine(folder, "int8.onnx");
        IDataView many = Read(_count, folder), few = Read(_rows, folder);
        ProteinNetworkTransformer trained = Train(preset);
        trained.ExportToOnnx(exact);
        trained.ExportToOnnx(small, new ProteinOnnxExportOptions { Precision = OnnxPrecision.Int8, Calibration = few });
        var shapes = new Dictionary<string, int[]> { ["tokens"] = [1, _length] };
        var rowByRow = _mlContext.Transforms.CopyColumns("tokens", "Features")
            .Append(_mlContext.Transforms.ApplyOnnxModel("probabilities", "tokens", exact, shapes));
        using var onnx = new RuntimeContender(_mlContext.Transforms.ApplyProteinOnnx(exact).Fit(many), "Score", many, _count);
        using var int8 = new RuntimeContender(_mlContext.Transforms.ApplyProteinOnnx(small).Fit(many), "Score", many, _count);
        using var torch = new RuntimeContender(trained, "Score", many, _count);
        using var rows = new RuntimeContender(rowByRow.Fit(few), "probabilities", few, _rows);
        Measure([onnx, int8, torch, rows], Path.Combine(folder, "scores.csv"));
        Print(preset, onnx.Speeds, int8.Speeds, torch.Speeds, rows.Speeds);
    }

    // Writes proteins to a file, which is read anew for every window.
    private IDataView Read(int count, string folder)
    {
        string file = Path.Combine(folder, $"{count}.fasta");
        File.WriteAllLines(file, _proteins.Draw(count).Select((protein, i) => $">P{i}\n{protein.Sequence}"));
        IDataView proteins = _mlContext.Data.LoadFromFasta(file);
        return _mlContext.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = _length }).Fit(proteins).Transform(proteins);
    }

    // What the network has learnt does not change its speed.
    private ProteinNetworkTransformer Train(NetworkPreset preset) => _mlContext.MulticlassClassification.Trainers.ProteinNetwork(new ProteinNetworkOptions
    {
        Network = preset.Config,
        BatchSize = preset.BatchSize,
        Epochs = 1,
        ValidationFraction = 0,
        Device = "cpu",
        Precision = Precision.Fp32,
    }).Fit(_proteins.Encode(_proteins.Draw(preset.BatchSize), _length));

    // Which goes first rotates.
    private void Measure(RuntimeContender[] contenders, string csv)
    {
        foreach (RuntimeContender contender in contenders)
            contender.Score(csv, counts: false);
        for (int turn = 0; turn < _windows * contenders.Length; turn++)
            contenders[(turn / contenders.Length + turn) % contenders.Length].Score(csv);
    }

    private void Print(
        NetworkPreset preset, IReadOnlyList<double> onnx, IReadOnlyList<double> int8, IReadOnlyList<double> torch, IReadOnlyList<double> rows)
    {
        var arithmetic = new NetworkArithmetic(preset.Config, new NetworkShape(Alphabet.ResidueCount, _length, _proteins.Classes));
        double operations = _proteins.Mean(residues => arithmetic.Of(Math.Min(residues, _length)));
        double speed = Statistics.Median(onnx);
        Console.WriteLine($"{preset.Name,-9} {speed,9:0} {Statistics.Median(int8),9:0} {Statistics.Median(torch),13:0} {Statistics.Median(rows),17:0}  "
            + $"{Statistics.Ratio(onnx, torch),-20}  {Statistics.Ratio(onnx, rows),-24}  {Statistics.Ratio(int8, rows),-24}  "
            + $"{operations / 1e9,15:0.0000}  {speed * operations / _rate,17:0.0%}");
    }
}
