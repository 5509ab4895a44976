using Subloc.MLNet.Motifs;

namespace Subloc.MLNet.Explanation;

/// <summary>What a model predicts for one protein, and which of its residues that rests on.</summary>
public sealed record ProteinExplanation
{
    /// <summary>Identifier of the protein; empty where it has none.</summary>
    public required string Id { get; init; }

    /// <summary>Its residues in upper case, n of them; without stops at the end.</summary>
    public required string Sequence { get; init; }

    /// <summary>What the model predicts.</summary>
    public required ProteinPrediction Prediction { get; init; }

    /// <summary>How the importance was found; never <see cref="ExplanationMethod.Auto"/>.</summary>
    public required ExplanationMethod Method { get; init; }

    /// <summary>The class that the importance is about.</summary>
    public required string ExplainedClass { get; init; }

    /// <summary>Importance of each residue, n values, whose unit and sign are told at <see cref="ExplanationMethod"/>; 0 where the model does not read the residue.</summary>
    public required IReadOnlyList<float> Importance { get; init; }

    /// <summary>Integrated gradients: the class's log-odds for the protein by the network alone, less the mean of those for <see cref="ExplanationOptions.Baselines"/> proteins of the same length; null for other methods.</summary>
    public double? ScoreDifference { get; init; }

    /// <summary>What rules find in the sequence, by position. They are no output of the model.</summary>
    public required IReadOnlyList<ProteinMotif> Motifs { get; init; }
}
