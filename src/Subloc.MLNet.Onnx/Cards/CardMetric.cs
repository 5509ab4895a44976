namespace Subloc.MLNet.Onnx.Cards;

/// <summary>One metric over the folds of a cross-validation.</summary>
/// <param name="Name">The metric, such as <c>accuracy</c>.</param>
/// <param name="Mean">Mean over the folds.</param>
/// <param name="StandardDeviation">Deviation over the folds, with n - 1 in the denominator; null for one fold.</param>
/// <param name="Majority">What always naming the most frequent compartment reaches.</param>
public sealed record CardMetric(string Name, double Mean, double? StandardDeviation, double Majority);
