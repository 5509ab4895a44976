namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Sums over the batches of one epoch.</summary>
/// <param name="Loss">Sum of the losses of the rows.</param>
/// <param name="Rows">Rows learned from.</param>
/// <param name="Right">Rows predicted rightly.</param>
/// <param name="Seconds">Time spent before the epoch was resumed; 0 in one that was not interrupted.</param>
internal sealed record EpochTotals(double Loss = 0, int Rows = 0, int Right = 0, double Seconds = 0);
