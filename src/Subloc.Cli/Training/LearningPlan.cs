using Subloc.MLNet.TorchSharp.Optimization;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Cli.Training;

/// <summary>How the weights are learned.</summary>
internal sealed record LearningPlan
{
    /// <summary>How gradients change the weights.</summary>
    public required OptimizerOptions Optimizer { get; init; }

    /// <summary>How the learning rate changes.</summary>
    public required LearningRateSchedule Schedule { get; init; }

    /// <summary>What is minimised.</summary>
    public required LossOptions Loss { get; init; }

    /// <summary>Length that gradients are shortened to; null leaves them.</summary>
    public required double? ClipNorm { get; init; }

    /// <summary>Batches to a step.</summary>
    public required int AccumulateBatches { get; init; }

    /// <summary>Share of itself that an average of the weights keeps in a step; null keeps no average.</summary>
    public required double? AverageDecay { get; init; }

    /// <summary>What ends training early and chooses the best epoch.</summary>
    public required TrainingMetric StopOn { get; init; }
}
