namespace Subloc.MLNet.Reports.Results;

/// <summary>A protein and what was predicted for it.</summary>
/// <param name="Id">Its identifier, as it stood in the data.</param>
/// <param name="Label">Its compartment; null where it was not known.</param>
/// <param name="Fold">The fold that held it out; null without folds.</param>
/// <param name="Predicted">The predicted compartment, or uncertain.</param>
/// <param name="Probability">The largest probability, 0 to 1.</param>
/// <param name="Probabilities">The probability of each compartment, 0 to 1, in the order of <see cref="PredictedProteins.ClassNames"/>.</param>
public sealed record PredictedProtein(string Id, string? Label, string? Fold, string Predicted, float Probability, IReadOnlyList<float> Probabilities);
