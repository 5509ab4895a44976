using Subloc.MLNet.Evaluation;

namespace Subloc.Cli.Training;

/// <summary>What temperature scaling makes of a cross-validation.</summary>
/// <param name="Temperature">Fitted on the held-out proteins of all folds: the one for a network that is trained on all of them.</param>
/// <param name="FoldTemperatures">For each fold, fitted on the held-out proteins of the others.</param>
/// <param name="Offsets">What is added to logits before; null for nothing.</param>
/// <param name="Metrics">Metrics of all held-out proteins, each fold under its own temperature, which has not seen them.</param>
internal sealed record FoldCalibration(
    double Temperature, IReadOnlyList<double> FoldTemperatures, FoldOffsets? Offsets, LocalizationMetrics Metrics)
{
    /// <summary>Calibrates the held-out proteins of folds.</summary>
    /// <param name="classNames">The classes.</param>
    /// <param name="folds">Predictions for each, without offsets; at least two.</param>
    /// <param name="offsets">What is added to their logits; null for nothing.</param>
    public static FoldCalibration Of(IReadOnlyList<string> classNames, IReadOnlyList<Predictions> folds, FoldOffsets? offsets)
    {
        // The others are moved by the fold's own offsets, as theirs have seen it.
        Predictions Moved(Predictions rows, int fold) => offsets is null ? rows : rows.WithOffsets(offsets.OfFolds[fold]);
        double[] temperatures = [.. folds.Select((fold, i) => Moved(Predictions.JoinOthers(classNames, folds, fold), i).FitTemperature())];
        Predictions calibrated = Predictions.Join(classNames, folds.Select((fold, i) => Moved(fold, i).WithTemperature(temperatures[i])));
        Predictions all = Predictions.Join(classNames, folds);
        return new FoldCalibration(
            (offsets is null ? all : all.WithOffsets(offsets.OfAll)).FitTemperature(), temperatures, offsets,
            calibrated.Measure(new LocalizationEvaluationOptions { Resamples = 0 }));
    }
}
