using Subloc.MLNet.Evaluation;

namespace Subloc.Cli.Training;

/// <summary>What temperature scaling makes of a cross-validation.</summary>
/// <param name="Temperature">Fitted on the held-out proteins of all folds: the one for a network that is trained on all of them.</param>
/// <param name="FoldTemperatures">For each fold, fitted on the held-out proteins of the others.</param>
/// <param name="Metrics">Metrics of all held-out proteins, each fold under its own temperature, which has not seen them.</param>
internal sealed record FoldCalibration(double Temperature, IReadOnlyList<double> FoldTemperatures, LocalizationMetrics Metrics)
{
    /// <summary>Calibrates the held-out proteins of folds, at least two.</summary>
    public static FoldCalibration Of(IReadOnlyList<string> classNames, IReadOnlyList<Predictions> folds)
    {
        double[] temperatures = [.. folds.Select(fold => Predictions.Join(classNames, folds.Where(other => other != fold)).FitTemperature())];
        Predictions calibrated = Predictions.Join(classNames, folds.Zip(temperatures, (fold, temperature) => fold.WithTemperature(temperature)));
        return new FoldCalibration(
            Predictions.Join(classNames, folds).FitTemperature(), temperatures, calibrated.Measure(new LocalizationEvaluationOptions { Resamples = 0 }));
    }
}
