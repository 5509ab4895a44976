using Subloc.MLNet.Evaluation;

namespace Subloc.MLNet.Onnx.Cards;

/// <summary>How well one compartment is recognised, over the held-out proteins of all folds.</summary>
public sealed record CardClass
{
    /// <summary>The compartment.</summary>
    public required string Name { get; init; }

    /// <summary>Proteins that truly reside there.</summary>
    public required int Count { get; init; }

    /// <summary>Proteins that were predicted to.</summary>
    public required int PredictedCount { get; init; }

    /// <summary>Share of the predictions that is right.</summary>
    public required double Precision { get; init; }

    /// <summary>Wilson's 95 % interval of the precision.</summary>
    public required ConfidenceInterval PrecisionInterval { get; init; }

    /// <summary>Share of the proteins that was found.</summary>
    public required double Recall { get; init; }

    /// <summary>Wilson's 95 % interval of the recall.</summary>
    public required ConfidenceInterval RecallInterval { get; init; }

    /// <summary>Harmonic mean of precision and recall.</summary>
    public required double F1 { get; init; }
}
