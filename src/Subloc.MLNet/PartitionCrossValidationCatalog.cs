using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Data;
using Subloc.MLNet.FirstClass;
using static Microsoft.ML.TrainCatalogBase;

namespace Subloc.MLNet;

/// <summary>Cross-validation whose folds are homology partitions.</summary>
public static class PartitionCrossValidationCatalog
{
    /// <summary>Fits an estimator once for each partition, on all other partitions, and evaluates it on the one held out.</summary>
    /// <param name="catalog">The multiclass catalog of an <see cref="MLContext"/>.</param>
    /// <param name="data">Proteins with a label and a partition.</param>
    /// <param name="estimator">The pipeline to fit; it sees no row of the partition that it is evaluated on.</param>
    /// <param name="partitionColumnName">Homology partition: UInt32 or a key, with at least two different values.</param>
    /// <param name="labelColumnName">Compartment: a key, mapped before folding so that all folds agree on the classes.</param>
    /// <returns>
    /// Results as ML.NET's <c>CrossValidate</c> gives them, one for each partition in the order of its value. <c>Fold</c> is the
    /// position, from 0. Pass them to <c>EvaluateLocalization</c> for metrics of all held-out rows together.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of another type, or there are fewer than two partitions.
    /// </exception>
    /// <exception cref="InvalidDataException">A row has no partition.</exception>
    public static IReadOnlyList<CrossValidationResult<MulticlassClassificationMetrics>> CrossValidateByPartition(
        this MulticlassClassificationCatalog catalog,
        IDataView data,
        IEstimator<ITransformer> estimator,
        string partitionColumnName = ColumnNames.Partition,
        string labelColumnName = ColumnNames.Label)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(estimator);
        if (data.Schema.Require(labelColumnName) is { Type: not KeyDataViewType } label)
            throw DataColumns.Mismatch($"Column '{label.Name}' must be a key but is {label.Type}; map it with MapValueToKey before folding.");

        DataViewSchema.Column partition = data.Schema.Require(partitionColumnName);
        if (!UnsignedColumn.IsKeyOrUInt32(partition))
            throw DataColumns.Mismatch($"Column '{partition.Name}' must be UInt32 or a key but is {partition.Type}; map it with MapValueToKey.");

        SortedDictionary<ulong, long> rows = CountRows(data, partition);
        if (rows.Count < 2)
            throw DataColumns.Mismatch($"Column '{partition.Name}' holds {rows.Count} partitions, but cross-validation needs at least 2.");

        long total = rows.Values.Sum();
        return [.. rows.Select((fold, position) =>
        {
            ITransformer model = estimator.Fit(new PartitionFilter(data, partition, (fold.Key, total - fold.Value), keep: false));
            IDataView scored = model.Transform(new PartitionFilter(data, partition, (fold.Key, fold.Value), keep: true));
            MulticlassClassificationMetrics metrics = catalog.Evaluate(scored, labelColumnName);
            return new CrossValidationResult<MulticlassClassificationMetrics>(model, metrics, scored, position);
        })];
    }

    private static SortedDictionary<ulong, long> CountRows(IDataView data, DataViewSchema.Column partition)
    {
        var counts = new SortedDictionary<ulong, long>();
        using DataViewRowCursor cursor = data.GetRowCursor([partition]);
        ValueGetter<ulong> getter = UnsignedColumn.GetGetter(cursor, partition);
        ulong value = 0;
        while (cursor.MoveNext())
        {
            getter(ref value);
            if (value == 0 && partition.Type is KeyDataViewType)
            {
                throw new InvalidDataException(
                    $"Row {cursor.Position} has no value in column '{partition.Name}'; every protein needs a partition.");
            }

            counts[value] = counts.GetValueOrDefault(value) + 1;
        }

        return counts;
    }
}
