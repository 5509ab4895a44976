using Subloc.MLNet.Evaluation;

namespace Subloc.MLNet.Onnx.Cards;

/// <summary>How far probabilities are as large as they are right.</summary>
/// <param name="Temperature">What logits are divided by in the exported file: fitted on the held-out proteins of all folds.</param>
/// <param name="ErrorBefore">Expected calibration error without temperature.</param>
/// <param name="Error">Expected calibration error where each fold's temperature was fitted on the other folds.</param>
/// <param name="LogLoss">Log-loss under the same temperatures.</param>
/// <param name="Bins">Fifteen bins of equal width over the largest probability, under the same temperatures.</param>
public sealed record CardCalibration(double Temperature, double ErrorBefore, double Error, double LogLoss, IReadOnlyList<ReliabilityBin> Bins)
{
    /// <summary>
    /// What is added to each compartment's logit in the exported file, as <see cref="ClassOffsets"/> fits it on the held-out proteins of all folds; empty for
    /// nothing. The card's results have offsets that were fitted, for each fold, on the other folds.
    /// </summary>
    public IReadOnlyList<double> Offsets { get; init; } = [];
}
