using Microsoft.ML;
using Subloc.MLNet;

namespace Subloc.Cli.Training;

/// <summary>One fold of a cross-validation.</summary>
/// <param name="Name">What is held out.</param>
/// <param name="Training">Proteins to learn from.</param>
/// <param name="HeldOut">Proteins to measure on, unseen while learning.</param>
internal sealed record Fold(string Name, IDataView Training, IDataView HeldOut)
{
    /// <summary>
    /// One fold for each group of homology partitions; a group of one is what <c>CrossValidateByPartition</c> holds out.
    /// </summary>
    public static IReadOnlyList<Fold> ByPartition(MLContext context, IDataView data, IEnumerable<IReadOnlySet<uint>> groups) =>
        [.. groups.Select((group, index) => new Fold(
            group.Count == 1 ? $"partition {group.First()}" : $"fold {index + 1}",
            context.Data.FilterByCustomPredicate<Row>(data, row => group.Contains(row.Partition)),
            context.Data.FilterByCustomPredicate<Row>(data, row => !group.Contains(row.Partition))))];

    /// <summary>Folds of proteins drawn at random, as ML.NET's <c>CrossValidate</c> makes them.</summary>
    public static IReadOnlyList<Fold> AtRandom(MLContext context, IDataView data, int folds, int seed) =>
        [.. context.Data.CrossValidationSplit(data, folds, seed: seed)
            .Select((fold, index) => new Fold($"random {index + 1}", fold.TrainSet, fold.TestSet))];

    /// <summary>The file of one fold among several.</summary>
    /// <param name="path">The file that was asked for.</param>
    /// <param name="number">Number of the fold, from 1.</param>
    public static string FileOf(string path, int number) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}-fold{number}{Path.GetExtension(path)}");

    private sealed class Row
    {
        [Microsoft.ML.Data.ColumnName(ColumnNames.Partition)]
        public uint Partition { get; set; }
    }
}
