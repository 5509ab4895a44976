namespace Subloc.MLNet.TorchSharp.Checkpoints;

/// <summary>Where and how often a training is saved so that it can go on after the process has ended.</summary>
/// <remarks>
/// <para>
/// A checkpoint holds weights, best weights, the optimizer's state, random numbers, history and the state of callbacks. It is
/// written under a temporary name and renamed, so a process that is killed at any moment leaves whole ones only. The resumed run
/// ends with the weights, bit for bit, and the history of one that was never interrupted, on the same machine with equal threads.
/// </para>
/// <para>
/// To resume, data and settings must be those of the interrupted run. Free to differ are: <c>Epochs</c>, as long as not more of
/// them are done already; the callbacks; the columns' names; the cache; device, threads, package versions and the precision that
/// <c>Auto</c> finds, which are warned of, because the results are then no longer equal bit for bit.
/// </para>
/// </remarks>
public sealed record CheckpointOptions
{
    /// <summary>Folder of the checkpoints of one training; made where it does not exist. One process at a time writes into it.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// Whether to go on from the newest whole checkpoint in the folder, or to start where there is none. Default false: a folder
    /// that holds checkpoints is refused.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Epochs after which a checkpoint is written; the last epoch has one in any case. Default 1; at least 1.</summary>
    public int EveryEpochs { get; init; } = 1;

    /// <summary>Minutes after which a checkpoint is written between two batches. Default 0, only after epochs; at least 0.</summary>
    public double EveryMinutes { get; init; }

    /// <summary>Newest checkpoints that are kept; older ones are deleted. Default 3; at least 1.</summary>
    public int Keep { get; init; } = 3;

    internal CheckpointOptions Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Directory);
        ArgumentOutOfRangeException.ThrowIfLessThan(EveryEpochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Keep, 1);
        if (!(EveryMinutes >= 0 && double.IsFinite(EveryMinutes)))
            throw new ArgumentOutOfRangeException(nameof(EveryMinutes), EveryMinutes, "EveryMinutes must be at least 0.");
        return this;
    }
}
