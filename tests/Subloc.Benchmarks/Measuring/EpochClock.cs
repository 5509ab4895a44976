using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Benchmarks.Measuring;

/// <summary>Times a run from before its first batch until its last epoch has ended.</summary>
internal sealed class EpochClock : ITrainingCallback
{
    private Lap _start;

    /// <summary>Time of the whole run.</summary>
    public Lap Time { get; private set; }

    /// <summary>Seconds of each epoch.</summary>
    public List<double> Epochs { get; } = [];

    public void OnTrainingStart(TrainingRun run) => _start = Lap.Now;

    public void OnEpochEnd(TrainingRun run)
    {
        Lap time = Lap.Now - _start;
        Epochs.Add((time - Time).Seconds);
        Time = time;
    }
}
