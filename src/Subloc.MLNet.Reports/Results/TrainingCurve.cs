namespace Subloc.MLNet.Reports.Results;

/// <summary>A training, epoch by epoch.</summary>
/// <param name="Name">What it is called, such as the fold that was held out.</param>
/// <param name="Epochs">Its epochs, oldest first.</param>
/// <param name="BestEpoch">Number of the epoch whose weights were kept.</param>
public sealed record TrainingCurve(string Name, IReadOnlyList<EpochPoint> Epochs, int BestEpoch);
