// Measures speed and memory: dotnet run -c Release --project tests/Subloc.Benchmarks -- COMMAND
//   throughput                           training beside a bare TorchSharp loop
//   memory [--data FILE...] [--count N]  peak resident memory of training cnn1 at length 1000
//   anything else                        BenchmarkDotNet: --filter '*Encode*', --filter '*Load*', ...
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Subloc.Benchmarks;

switch (args.FirstOrDefault())
{
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
