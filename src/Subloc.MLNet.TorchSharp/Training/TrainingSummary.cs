using System.Text.Json;
using Subloc.MLNet.Notebooks;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>How a model was trained; stored with it.</summary>
/// <remarks>A .NET Interactive notebook shows its curves.</remarks>
[TypeFormatterSource(typeof(HtmlFormats))]
public sealed record TrainingSummary : IShownAsHtml
{
    /// <summary>Rows that were learned from.</summary>
    public required int Rows { get; init; }

    /// <summary>Rows split off for early stopping.</summary>
    public required int ValidationRows { get; init; }

    /// <summary>How the validation rows were chosen: <c>partition</c>, <c>random</c>, <c>given</c> or <c>none</c>.</summary>
    public required string ValidationSplit { get; init; }

    /// <summary>Learned-from rows of each class, in the order of the class names.</summary>
    public required IReadOnlyList<int> ClassCounts { get; init; }

    /// <summary>Number of the epoch whose weights were kept, from 1; 0 where nothing was trained by gradients.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Results of every epoch, oldest first; empty where nothing was trained by gradients.</summary>
    public required IReadOnlyList<EpochResult> History { get; init; }

    /// <summary>Whether the run was cancelled before it ended by itself.</summary>
    public required bool Cancelled { get; init; }

    /// <summary>Seed of weights, dropout, shuffling and validation split.</summary>
    public required int Seed { get; init; }

    /// <summary>Proteins in a batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The full learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>
    /// Optimizer, schedule, loss and the other settings of learning, named as in <see cref="ProteinNetworkOptions"/>; null in models
    /// stored before they were recorded.
    /// </summary>
    public JsonElement? Settings { get; init; }

    /// <summary>Numbers that were computed with: <c>fp32</c>, or <c>bf16</c> for mixed precision.</summary>
    public string Precision { get; init; } = "fp32";

    /// <summary>Time from the first batch to the last, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>SHA-256 of the encoded training rows and labels, in order.</summary>
    public required string DataHash { get; init; }

    string IShownAsHtml.ToHtml() => TrainingCurves.ToHtml(this);
}
