// Measures speed and memory: dotnet run -c Release --project tests/Subloc.Benchmarks -- COMMAND
//   throughput                           training beside a bare TorchSharp loop
//   memory [--data FILE...] [--count N]  peak resident memory of training cnn1 at length 1000
//   anything else                        BenchmarkDotNet: --filter '*Encode*', --filter '*Load*', ...
using BenchmarkDotNet.Running;
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
        BenchmarkSwitcher.FromAssembly(typeof(Throughput).Assembly).Run(args);
        break;
}
