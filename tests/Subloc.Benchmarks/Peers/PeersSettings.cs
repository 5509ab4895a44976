using Subloc.Benchmarks.Measuring;
using Subloc.MLNet.TorchSharp.Networks;

namespace Subloc.Benchmarks.Peers;

/// <summary>What is measured beside peers, and how long.</summary>
internal sealed record PeersSettings
{
    /// <summary>Names of the networks.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>Whether to measure training.</summary>
    public required bool Train { get; init; }

    /// <summary>Whether to measure scoring.</summary>
    public required bool Score { get; init; }

    /// <summary>Windows of each contender.</summary>
    public required int Windows { get; init; }

    /// <summary>Length that proteins are cut or padded to, L.</summary>
    public required int Length { get; init; }

    /// <summary>Proteins in each window, the same for all; null takes as many as fill <see cref="Seconds"/>.</summary>
    public required int? Count { get; init; }

    /// <summary>Seconds of a window.</summary>
    public required int Seconds { get; init; }

    /// <summary>Threads of one operation, for all contenders.</summary>
    public required int Threads { get; init; }

    /// <summary>The Python interpreter; an empty name leaves PyTorch out.</summary>
    public required string Python { get; init; }

    /// <summary>Whether to print every window.</summary>
    public required bool Rows { get; init; }

    /// <summary>Proteins that a training window has at least where the time depends on lengths: batches of similar length need a choice.</summary>
    /// <param name="batchSize">Proteins in a batch.</param>
    public static int TrainingSample(int batchSize) => 50 * batchSize;

    /// <summary>The same for a scoring window, which begins with small blocks.</summary>
    /// <param name="batchSize">Proteins in a batch.</param>
    public static int ScoringSample(int batchSize) => 2048 / batchSize * batchSize;

    /// <summary>Reads the options of the command line.</summary>
    /// <param name="arguments">The options.</param>
    /// <param name="networks">Networks that are measured where none are named.</param>
    public static PeersSettings Read(Arguments arguments, params string[] networks)
    {
        bool train = arguments.Flag("--train"), score = arguments.Flag("--score");
        networks = arguments.Texts("--networks", networks);
        int count = arguments.Number("--count", 0);
        var settings = new PeersSettings
        {
            Networks = networks is ["all"] ? SeedNetworks.Names : networks,
            Train = train || !score,
            Score = score || !train,
            Windows = arguments.Number("--windows", 5),
            Length = arguments.Number("--length", 1000),
            Count = count == 0 ? null : count,
            Seconds = arguments.Number("--seconds", 3),
            Threads = arguments.Number("--threads", Environment.ProcessorCount),
            Python = arguments.Text("--python") ?? "/usr/bin/python3",
            Rows = arguments.Flag("--rows"),
        };
        arguments.End();
        return settings;
    }
}
