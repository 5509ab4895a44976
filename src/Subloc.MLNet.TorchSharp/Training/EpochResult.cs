namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>What one pass over the training rows gave.</summary>
/// <param name="Epoch">Number of the pass, from 1.</param>
/// <param name="Loss">Mean cross-entropy over the training rows, in nats, as seen while learning (dropout on).</param>
/// <param name="Accuracy">Share of training rows predicted rightly while learning, 0 to 1.</param>
/// <param name="ValidationLoss">Mean cross-entropy over the validation rows, in nats; null without validation rows.</param>
/// <param name="ValidationAccuracy">Share of validation rows predicted rightly, 0 to 1; null without validation rows.</param>
/// <param name="Seconds">Time that the pass took, validation included.</param>
public sealed record EpochResult(
    int Epoch, double Loss, double Accuracy, double? ValidationLoss, double? ValidationAccuracy, double Seconds);
