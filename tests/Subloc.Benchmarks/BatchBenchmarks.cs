using BenchmarkDotNet.Attributes;
using Microsoft.ML;
using Subloc.Benchmarks.Overhead;
using Subloc.MLNet;
using Subloc.MLNet.TorchSharp.Native;

namespace Subloc.Benchmarks;

/// <summary>Plans and assembles the batches of an epoch over all proteins at length 1000, of similar lengths or padded to the full length.</summary>
[MemoryDiagnoser]
public class BatchBenchmarks
{
    private AssembledBatches _bucketed = null!;
    private AssembledBatches _padded = null!;

    [GlobalSetup]
    public void Setup()
    {
        LibTorch.Start();
        var mlContext = new MLContext(1);
        IDataView proteins = BenchmarkData.InMemory(mlContext);
        IDataView tokens = mlContext.Transforms.EncodeProtein().Fit(proteins).Transform(proteins);
        _bucketed = new AssembledBatches(mlContext, tokens, 1000, 32, isFixed: false);
        _padded = new AssembledBatches(mlContext, tokens, 1000, 64, isFixed: true);
    }

    [Benchmark]
    public double Bucketed() => _bucketed.RunEpoch();

    [Benchmark]
    public double Padded() => _padded.RunEpoch();
}
