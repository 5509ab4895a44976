// Measures speed and memory: dotnet run -c Release --project tests/Subloc.Benchmarks -- COMMAND
//   peers        training and scoring beside a bare TorchSharp loop and PyTorch, on tensors padded to L
//                [--networks NAME,...|all] [--train] [--score] [--windows 5] [--seconds 3] [--count N] [--length 1000]
//                [--threads N] [--python /usr/bin/python3] [--rows]
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
using Subloc.Benchmarks.Peers;

var options = new Arguments(args.Skip(1));
switch (args.FirstOrDefault())
{
    case "peers":
        PeersCommand.Run(options);
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
