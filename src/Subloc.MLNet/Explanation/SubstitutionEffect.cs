namespace Subloc.MLNet.Explanation;

/// <summary>What a substitution does to a prediction.</summary>
/// <param name="Substitution">The exchange.</param>
/// <param name="PredictedLabel">The class predicted for the mutant.</param>
/// <param name="Probability">Probability, for the mutant, of the class predicted for the wild type; 0 to 1.</param>
/// <param name="Change">That less the same probability for the wild type; -1 to 1.</param>
/// <param name="IsClassChanged">Whether another class is predicted than for the wild type.</param>
public sealed record SubstitutionEffect(Substitution Substitution, string PredictedLabel, float Probability, float Change, bool IsClassChanged);
