using Subloc.Benchmarks.Measuring;

namespace Subloc.Benchmarks.Peers;

/// <summary>A program that trains and scores one network after the other.</summary>
internal interface IContender : IDisposable
{
    /// <summary>Heading of its column.</summary>
    string Name { get; }

    /// <summary>Whether a row's time depends on the proteins' lengths, so that only a large sample of them is representative.</summary>
    bool NeedsSample { get; }

    /// <summary>Builds a network anew.</summary>
    /// <returns>Number of trained weights.</returns>
    long Build(string network, int batchSize);

    /// <summary>Learns from so many proteins.</summary>
    /// <returns>The time that it took.</returns>
    Lap Train(int count);

    /// <summary>Scores so many proteins.</summary>
    /// <returns>The time that it took.</returns>
    Lap Score(int count);
}
