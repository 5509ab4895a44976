using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Evaluation;

namespace Subloc.MLNet;

/// <summary>Evaluates predictions of compartments.</summary>
public static class LocalizationEvaluationCatalog
{
    /// <summary>Evaluates scored proteins in one pass.</summary>
    /// <param name="catalog">The multiclass catalog of an <see cref="MLContext"/>.</param>
    /// <param name="data">Scored data: what a model's <c>Transform</c> returns for labelled proteins.</param>
    /// <param name="labelColumnName">True compartment, Text or a key with text values.</param>
    /// <param name="scoreColumnName">Probability of each compartment, named by its slots or else in the order of the label's keys.</param>
    /// <param name="predictedLabelColumnName">Predicted compartment, Text or a key with text values.</param>
    /// <remarks>Classes are matched by name, so the keys of the label and of the model may have different orders.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of another type, there are no rows, or a score is not a probability from 0 to 1.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// A row lacks a label or a prediction, has a class without score, or a score that is not finite.
    /// </exception>
    public static LocalizationMetrics EvaluateLocalization(
        this MulticlassClassificationCatalog catalog,
        IDataView data,
        string labelColumnName = ColumnNames.Label,
        string scoreColumnName = ColumnNames.Score,
        string predictedLabelColumnName = ColumnNames.PredictedLabel)
        => catalog.EvaluateLocalization(data, new LocalizationEvaluationOptions
        {
            LabelColumnName = labelColumnName,
            ScoreColumnName = scoreColumnName,
            PredictedLabelColumnName = predictedLabelColumnName,
        });

    /// <summary>Evaluates scored proteins in one pass, with settings.</summary>
    /// <param name="catalog">The multiclass catalog of an <see cref="MLContext"/>.</param>
    /// <param name="data">Scored data: what a model's <c>Transform</c> returns for labelled proteins.</param>
    /// <param name="options">Columns, baselines and intervals.</param>
    /// <inheritdoc cref="EvaluateLocalization(MulticlassClassificationCatalog, IDataView, string, string, string)" path="/exception"/>
    public static LocalizationMetrics EvaluateLocalization(
        this MulticlassClassificationCatalog catalog, IDataView data, LocalizationEvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Evaluate(catalog, [data], options);
    }

    /// <summary>Evaluates the held-out rows of all folds together, each scored by the model that did not see it.</summary>
    /// <param name="catalog">The multiclass catalog of an <see cref="MLContext"/>.</param>
    /// <param name="folds">Folds of a cross-validation whose label was mapped to keys before folding.</param>
    /// <param name="options">Columns, baselines and intervals; the defaults where null.</param>
    /// <inheritdoc cref="EvaluateLocalization(MulticlassClassificationCatalog, IDataView, string, string, string)" path="/exception"/>
    public static LocalizationMetrics EvaluateLocalization(
        this MulticlassClassificationCatalog catalog,
        IEnumerable<TrainCatalogBase.CrossValidationResult<MulticlassClassificationMetrics>> folds,
        LocalizationEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(folds);
        return Evaluate(catalog, folds.Select(fold => fold.ScoredHoldOutSet), options ?? new LocalizationEvaluationOptions());
    }

    private static LocalizationMetrics Evaluate(
        MulticlassClassificationCatalog catalog, IEnumerable<IDataView> views, LocalizationEvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        var rows = new ScoredRows(options.Validate());
        foreach (IDataView view in views)
            rows.Add(view);

        return rows.Measure();
    }
}
