namespace Subloc.MLNet.Explanation;

/// <summary>The predictions for a wild type and a mutant.</summary>
/// <param name="WildTypeSequence">Residues of the wild type in upper case.</param>
/// <param name="MutantSequence">Residues of the mutant in upper case.</param>
/// <param name="WildType">What the model predicts for the wild type.</param>
/// <param name="Mutant">What it predicts for the mutant.</param>
public sealed record VariantComparison(string WildTypeSequence, string MutantSequence, ProteinPrediction WildType, ProteinPrediction Mutant)
{
    /// <summary>Where the sequences differ; null where one is longer, as nothing says which residues correspond.</summary>
    public IReadOnlyList<Substitution>? Substitutions => WildTypeSequence.Length != MutantSequence.Length
        ? null
        : [.. WildTypeSequence.Zip(MutantSequence)
            .Select((pair, i) => new Substitution(i + 1, pair.First, pair.Second))
            .Where(substitution => substitution.From != substitution.To)];

    /// <summary>Probability of the wild type's class, for the mutant less for the wild type; -1 to 1.</summary>
    public float Change => Mutant.Probabilities[WildType.PredictedIndex] - WildType.Probability;

    /// <summary>Whether another class is predicted for the mutant.</summary>
    public bool IsClassChanged => Mutant.PredictedIndex != WildType.PredictedIndex;
}
