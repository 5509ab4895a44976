using System.Runtime.InteropServices;
using Microsoft.ML;
using Subloc.Benchmarks.Measuring;
using Subloc.MLNet.Onnx;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Native;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Benchmarks.Runtimes;

/// <summary>An exported network on ONNX Runtime beside the network on TorchSharp and beside ML.NET's scorer of ONNX models.</summary>
internal sealed class OnnxCommand
{
    private const double TorchBar = 1;
    private const double RowBar = 5;

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
        Console.WriteLine($"network    ONNX/s  TorchSharp/s  ApplyOnnxModel/s  ONNX/TorchSharp (bar {TorchBar:0.0})  ONNX/ApplyOnnxModel (bar {RowBar:0.0})  GFLOP a protein  share of the rate");
        foreach (string name in names)
            Measure(SeedNetworks.Get(name));
    }

    private void Measure(NetworkPreset preset)
    {
        IDataView many = _proteins.Encode(_proteins.Draw(_count), _length), few = _proteins.Encode(_proteins.Draw(_rows), _length);
        string file = Path.GetTempFileName();
        try
        {
            ProteinNetworkTransformer trained = Train(preset, few);
            trained.ExportToOnnx(file);
            var shapes = new Dictionary<string, int[]> { ["tokens"] = [1, _length] };
            var rowByRow = _mlContext.Transforms.CopyColumns("tokens", "Features")
                .Append(_mlContext.Transforms.ApplyOnnxModel("probabilities", "tokens", file, shapes));
            using var onnx = new RuntimeContender(_mlContext.Transforms.ApplyProteinOnnx(file).Fit(many), "Score", many, _count);
            using var torch = new RuntimeContender(trained, "Score", many, _count);
            using var rows = new RuntimeContender(rowByRow.Fit(few), "probabilities", few, _rows);
            Measure([onnx, torch, rows]);
            Print(preset, onnx.Speeds, torch.Speeds, rows.Speeds);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // What the network has learnt does not change its speed.
    private ProteinNetworkTransformer Train(NetworkPreset preset, IDataView proteins) => _mlContext.MulticlassClassification.Trainers.ProteinNetwork(new ProteinNetworkOptions
    {
        Network = preset.Config,
        BatchSize = preset.BatchSize,
        Epochs = 1,
        ValidationFraction = 0,
        Device = "cpu",
        Precision = Precision.Fp32,
    }).Fit(_mlContext.Data.TakeRows(proteins, preset.BatchSize));

    // Which goes first rotates.
    private void Measure(RuntimeContender[] contenders)
    {
        foreach (RuntimeContender contender in contenders)
            contender.Score(counts: false);
        for (int turn = 0; turn < _windows * contenders.Length; turn++)
            contenders[(turn / contenders.Length + turn) % contenders.Length].Score();
    }

    private void Print(NetworkPreset preset, IReadOnlyList<double> onnx, IReadOnlyList<double> torch, IReadOnlyList<double> rows)
    {
        var arithmetic = new NetworkArithmetic(preset.Config, new NetworkShape(Alphabet.ResidueCount, _length, _proteins.Classes));
        double operations = _proteins.Mean(residues => arithmetic.Of(Math.Min(residues, _length)));
        double speed = Statistics.Median(onnx);
        Console.WriteLine($"{preset.Name,-9} {speed,7:0} {Statistics.Median(torch),13:0} {Statistics.Median(rows),17:0}  {Statistics.Ratio(onnx, torch),-26}  "
            + $"{Statistics.Ratio(onnx, rows),-30}  {operations / 1e9,15:0.0000}  {speed * operations / _rate,17:0.0%}");
    }
}
