using Subloc.MLNet.Evaluation;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Cli.Training;

/// <summary>What one fold gave.</summary>
/// <param name="Name">What was held out.</param>
/// <param name="Metrics">Metrics of the held-out proteins.</param>
/// <param name="Training">How the fold's network was trained; of several, the first.</param>
/// <param name="Members">Metrics of each network of the fold by itself, and of other cross-validations that are averaged with them.</param>
/// <param name="Seconds">Time of training and scoring together.</param>
internal sealed record FoldResult(string Name, LocalizationMetrics Metrics, TrainingSummary Training, IReadOnlyList<LocalizationMetrics> Members, double Seconds);
