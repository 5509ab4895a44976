namespace Subloc.MLNet.Reports.Results;

/// <summary>What one epoch of a training gave.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="Loss">Mean loss of the proteins learned from, in nats for cross-entropy.</param>
/// <param name="Accuracy">Share of the proteins learned from that were predicted rightly, 0 to 1.</param>
/// <param name="ValidationLoss">Mean cross-entropy of the validation proteins, in nats; null without any.</param>
/// <param name="ValidationAccuracy">Share of the validation proteins predicted rightly, 0 to 1; null without any.</param>
public sealed record EpochPoint(int Epoch, double Loss, double Accuracy, double? ValidationLoss, double? ValidationAccuracy);
