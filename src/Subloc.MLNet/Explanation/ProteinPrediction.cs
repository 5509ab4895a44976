using Subloc.MLNet.Scoring;

namespace Subloc.MLNet.Explanation;

/// <summary>What a model predicts for one protein.</summary>
/// <param name="ClassNames">The classes, in the order of the probabilities.</param>
/// <param name="Probabilities">One a class, 0 to 1.</param>
public sealed record ProteinPrediction(IReadOnlyList<string> ClassNames, IReadOnlyList<float> Probabilities)
{
    /// <summary>The class of the largest probability; the first one where several are equal.</summary>
    public string PredictedLabel => ClassNames[PredictedIndex];

    /// <summary>The largest probability.</summary>
    public float Probability => Probabilities[PredictedIndex];

    internal int PredictedIndex { get; } = ScoreColumns.ArgMax([.. Probabilities]);
}
