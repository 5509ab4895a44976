using System.Text.Json.Nodes;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.MLNet.TorchSharp.Checkpoints;

/// <summary>Everything in a checkpoint but its tensors.</summary>
internal sealed record CheckpointManifest
{
    /// <summary>Newest format that this version writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Format of the checkpoint.</summary>
    public required int Format { get; init; }

    /// <summary>Whether the training had ended by itself.</summary>
    public required bool Completed { get; init; }

    /// <summary>Whether a callback had asked for the end.</summary>
    public required bool StopRequested { get; init; }

    /// <summary>Batches that were learned from after the last whole epoch.</summary>
    public required int Batch { get; init; }

    /// <summary>Sums over those batches.</summary>
    public required EpochTotals Totals { get; init; }

    /// <summary>Seconds of pretraining before them.</summary>
    public double PretrainingSeconds { get; init; }

    /// <summary>Results of the whole epochs.</summary>
    public required IReadOnlyList<EpochResult> History { get; init; }

    /// <summary>The best of them; null before the first.</summary>
    public required int? BestEpoch { get; init; }

    /// <summary>Seed of the run.</summary>
    public required int Seed { get; init; }

    /// <summary>What must be equal to resume: data, rows and settings.</summary>
    public required IReadOnlyDictionary<string, string> Identity { get; init; }

    /// <summary>What should be equal, or the results differ in the last bits: threads, device and package versions.</summary>
    public required IReadOnlyDictionary<string, string> Circumstances { get; init; }

    /// <summary>State of schedules and callbacks, by name.</summary>
    public required JsonObject Values { get; init; }

    /// <summary>SHA-256 of each file of tensors, by the name of the part.</summary>
    public required IReadOnlyDictionary<string, string> Parts { get; init; }
}
