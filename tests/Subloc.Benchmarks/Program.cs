// Measures speed and memory: dotnet run -c Release --project tests/Subloc.Benchmarks -- COMMAND
//   peers        training and scoring beside a bare TorchSharp loop and PyTorch, on tensors padded to L
//                [--networks NAME,...|all] [--train] [--score] [--windows 5] [--seconds 3] [--count N] [--length 1000]
//                [--threads N] [--python /usr/bin/python3] [--rows]
//   precision    training in bfloat16 beside float32 [--networks resnet1] [--windows 5] [--seconds 3] [--count N] [--threads N]
//   onnx         scoring on ONNX Runtime beside TorchSharp and beside ML.NET's ApplyOnnxModel, from a FASTA file to a CSV file
//                [--networks NAME,...] [--windows 5] [--count 4096] [--rows 512] [--length 1000]
//   overhead     what EncodeProtein and batches cost beside an epoch of the cheapest network
//                [--count 4000] [--windows 5] [--networks NAME,...] [--probe 640]
//   scaling      epoch time and peak memory on ever more proteins, each in a process of its own (Linux)
//                [--counts 1000,2000,5000,10000,20000] [--networks cnn1] [--passes 40000] [--repeats 1]
//   soak         scores generated sequences through a saved and loaded model; fails where memory or tensors grow (Linux)
//                [--count 1000000]
//   throughput   training cnn1 beside a bare TorchSharp loop over this library's own network
//   memory       peak resident memory of training cnn1 at length 1000 [--data FILE...] [--count N]
//   anything else goes to BenchmarkDotNet: --filter '*Encode*', '*Load*', '*Mask*', '*Batch*'
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Subloc.Benchmarks.Commands;
using Subloc.Benchmarks.Measuring;
using Subloc.Benchmarks.Overhead;
using Subloc.Benchmarks.Peers;
using Subloc.Benchmarks.Runtimes;
using Subloc.Benchmarks.Scaling;
using Subloc.Benchmarks.Soak;

var options = new Arguments(args.Skip(1));
try
{
    switch (args.FirstOrDefault())
    {
        case "peers":
            PeersCommand.Run(options);
            break;
        case "precision":
            PrecisionCommand.Run(options);
            break;
        case "onnx":
            OnnxCommand.Run(options);
            break;
        case "overhead":
            OverheadCommand.Run(options);
            break;
        case "scaling":
            ScalingCommand.Run(options);
            break;
        case "scaling-row":
            ScalingRow.Print(options);
            break;
        case "soak":
            SoakCommand.Run(options);
            break;
        case "throughput":
            Throughput.Run();
            break;
        case "memory":
            PeakMemory.Run(args[1..]);
            break;
        default:
            // In this process, because the project that BenchmarkDotNet would generate does not know the solution's package versions.
            Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithStrategy(RunStrategy.Monitoring)
                .WithWarmupCount(2).WithIterationCount(9).WithInvocationCount(1).WithUnrollFactor(1);
            BenchmarkSwitcher.FromAssembly(typeof(Throughput).Assembly).Run(args, DefaultConfig.Instance.AddJob(job));
            break;
    }
}
catch (Exception problem) when (problem is ArgumentException or InvalidOperationException or PlatformNotSupportedException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}

return 0;
