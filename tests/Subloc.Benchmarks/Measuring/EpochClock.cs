using System.Diagnostics;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Benchmarks.Measuring;

/// <summary>Times a run from before its first batch until its last epoch has ended.</summary>
internal sealed class EpochClock : ITrainingCallback
{
    private long _start;

    /// <summary>Seconds of the whole run.</summary>
    public double Seconds { get; private set; }

    /// <summary>Seconds of each epoch.</summary>
    public List<double> Epochs { get; } = [];

    public void OnTrainingStart(TrainingRun run) => _start = Stopwatch.GetTimestamp();

    public void OnEpochEnd(TrainingRun run)
    {
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        Epochs.Add(seconds - Seconds);
        Seconds = seconds;
    }
}
