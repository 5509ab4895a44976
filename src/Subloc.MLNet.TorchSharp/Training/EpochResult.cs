namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>What one pass over the training rows gave.</summary>
/// <param name="Epoch">Number of the pass, from 1.</param>
/// <param name="Loss">
/// Mean over the training rows of what is minimised, as seen while learning (dropout on): the cross-entropy in nats, or what
/// <see cref="ProteinNetworkOptions.Loss"/> makes of it.
/// </param>
/// <param name="Accuracy">Share of training rows predicted rightly while learning, 0 to 1.</param>
/// <param name="ValidationLoss">Mean plain cross-entropy over the validation rows, in nats, whatever was minimised; null without validation rows.</param>
/// <param name="ValidationAccuracy">Share of validation rows predicted rightly, 0 to 1; null without validation rows.</param>
/// <param name="Seconds">Time that the pass took, validation included.</param>
/// <param name="ValidationMacroF1">Mean F1 of the classes that occur in the validation rows, 0 to 1; null without validation rows.</param>
/// <param name="ValidationGorodkin">Gorodkin's correlation over the validation rows, -1 to 1; null without validation rows.</param>
/// <param name="LearningRate">Learning rate of the pass's last step; null in models stored before it was recorded.</param>
public sealed record EpochResult(
    int Epoch,
    double Loss,
    double Accuracy,
    double? ValidationLoss,
    double? ValidationAccuracy,
    double Seconds,
    double? ValidationMacroF1 = null,
    double? ValidationGorodkin = null,
    double? LearningRate = null);
