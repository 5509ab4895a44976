using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet;
using Subloc.MLNet.Data;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Native;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;
using static TorchSharp.torch;

namespace Subloc.Benchmarks.Commands;

/// <summary>Training cnn1 with this library, from text to updated weights, beside a bare TorchSharp loop over finished tensors.</summary>
/// <remarks>Windows alternate, so that what else the machine does falls on both. Goal: a ratio of at least 0.90.</remarks>
internal sealed class Throughput
{
    private const int Length = 400;
    private const int BatchSize = 64;
    private const int Batches = 40;
    private const int Epochs = 2;
    private const int Windows = 11;
    private const int Proteins = Batches * BatchSize * Epochs;

    private readonly IDataView _data;
    private readonly EstimatorChain<ProteinNetworkTransformer> _pipeline;
    private readonly nn.Module<Tensor, Tensor, Tensor> _network;
    private readonly optim.Optimizer _optimizer;
    private readonly List<(Tensor Channels, Tensor Mask, Tensor Labels)> _batches;

    private Throughput()
    {
        var mlContext = new MLContext(1);
        var options = new SyntheticProteinOptions { Count = Batches * BatchSize, MaxLength = Length };
        IDataView proteins = mlContext.Data.LoadSyntheticProteins(options);
        _data = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(proteins).Transform(proteins);
        NetworkConfig cnn1 = SeedNetworks.Get("cnn1").Config;
        _pipeline = mlContext.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = Length })
            .Append(mlContext.MulticlassClassification.Trainers.ProteinNetwork(new ProteinNetworkOptions
            {
                Network = cnn1,
                BatchSize = BatchSize,
                Epochs = Epochs,
                ValidationFraction = 0,
                Device = "cpu",
                Precision = Precision.Fp32,
            }));

        LibTorch.Start();
        _network = cnn1.Build(new NetworkShape(Alphabet.ResidueCount, Length, SyntheticProteins.Compartments.Count));
        _optimizer = optim.Adam(_network.parameters(), 1e-3, eps: 1e-7);
        _batches = [.. SyntheticProteins.Generate(options).Chunk(BatchSize).Select(ToTensors)];
    }

    public static void Run()
    {
        var throughput = new Throughput();
        Measure(throughput.TrainWithLibrary);
        Measure(throughput.TrainBare);
        Console.WriteLine($"cnn1, {Batches * BatchSize} synthetic proteins of up to {Length} residues, batches of {BatchSize}, {Epochs} epochs a window, {get_num_threads()} threads");
        Console.WriteLine("        proteins/s                  proteins/s of processor time");
        Console.WriteLine("window  library   bare   ratio  library   bare   ratio");
        var pairs = new List<double[]>();
        for (int i = 1; i <= Windows; i++)
        {
            // Which goes first alternates too.
            bool libraryFirst = i % 2 == 1;
            var first = Measure(libraryFirst ? throughput.TrainWithLibrary : throughput.TrainBare);
            var second = Measure(libraryFirst ? throughput.TrainBare : throughput.TrainWithLibrary);
            var (library, bare) = libraryFirst ? (first, second) : (second, first);
            pairs.Add([library.Speed, bare.Speed, library.Speed / bare.Speed, library.Work, bare.Work, library.Work / bare.Work]);
            Print($"{i,6}", pairs[^1]);
        }

        Print("median", [.. Enumerable.Range(0, pairs[0].Length).Select(column => Median(pairs.Select(pair => pair[column])))]);
    }

    private static void Print(string name, double[] values) => Console.WriteLine(
        $"{name}  {values[0],7:0}  {values[1],5:0}  {values[2],6:0.00}  {values[3],7:0}  {values[4],5:0}  {values[5],6:0.00}");

    // Processor time of all threads tells what the work costs, also while other programs use the machine.
    private static (double Speed, double Work) Measure(Action train)
    {
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        train();
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (Proteins / elapsed, Proteins / (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    private void TrainWithLibrary() => _pipeline.Fit(_data).LastTransformer.Dispose();

    private void TrainBare()
    {
        _network.train();
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            foreach (var (channels, mask, labels) in _batches)
            {
                using var scope = NewDisposeScope();
                _optimizer.zero_grad();
                Tensor loss = nn.functional.cross_entropy(_network.forward(channels, mask), labels);
                loss.backward();
                _optimizer.step();
            }
        }
    }

    private static (Tensor Channels, Tensor Mask, Tensor Labels) ToTensors(SyntheticProtein[] proteins)
    {
        const int Channels = Alphabet.ResidueCount;
        var values = new float[proteins.Length * Channels * Length];
        var residues = new bool[proteins.Length * Length];
        for (int i = 0; i < proteins.Length; i++)
        {
            string sequence = proteins[i].Sequence;
            for (int position = 0; position < sequence.Length; position++)
            {
                values[(i * Channels + Alphabet.TokenOf(sequence[position]) - 1) * Length + position] = 1;
                residues[i * Length + position] = true;
            }
        }

        long[] labels = Array.ConvertAll(proteins, protein => (long)SyntheticProteins.Compartments.ToList().IndexOf(protein.Label));
        return (tensor(values, [proteins.Length, Channels, Length]), tensor(residues, [proteins.Length, Length]), tensor(labels));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
