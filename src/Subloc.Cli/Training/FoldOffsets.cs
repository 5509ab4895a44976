namespace Subloc.Cli.Training;

/// <summary>What is added to the logits of each class, by <see cref="MLNet.Evaluation.ClassOffsets"/>.</summary>
/// <param name="OfAll">Fitted on the held-out proteins of all folds: those for a network that is trained on all of them.</param>
/// <param name="OfFolds">For each fold, fitted on the held-out proteins of the others.</param>
internal sealed record FoldOffsets(IReadOnlyList<double> OfAll, IReadOnlyList<IReadOnlyList<double>> OfFolds)
{
    /// <summary>Fits offsets to the held-out proteins of folds.</summary>
    /// <param name="classNames">The classes.</param>
    /// <param name="folds">Predictions for each, without offsets; at least two.</param>
    public static FoldOffsets Fit(IReadOnlyList<string> classNames, IReadOnlyList<Predictions> folds) => new(
        Predictions.Join(classNames, folds).FitOffsets(),
        [.. folds.Select(fold => Predictions.JoinOthers(classNames, folds, fold).FitOffsets())]);
}
