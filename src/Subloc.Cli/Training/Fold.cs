using Microsoft.ML;
using Subloc.MLNet;
using Subloc.MLNet.TorchSharp.Checkpoints;

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

    /// <summary>Files of all folds, and of the networks of each; empty where none were asked for.</summary>
    /// <param name="path">The file that was asked for; may be null.</param>
    /// <param name="folds">Number of folds.</param>
    /// <param name="members">Networks of a fold.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Files(string? path, int folds, int members)
    {
        string Name(int fold, int member) => Path.Combine(
            Path.GetDirectoryName(path) ?? "",
            $"{Path.GetFileNameWithoutExtension(path)}-fold{fold}{(members == 1 ? "" : $"-member{member}")}{Path.GetExtension(path)}");
        return path is null ? [] : [.. Enumerable.Range(1, folds).Select(fold => (string[])[.. Enumerable.Range(1, members).Select(member => Name(fold, member))])];
    }

    /// <summary>Where a network of one fold is saved.</summary>
    /// <param name="options">Where those of all folds are; may be null.</param>
    /// <param name="number">Number of the fold, from 1.</param>
    public static CheckpointOptions? Checkpoint(CheckpointOptions? options, int number) =>
        options is null ? null : options with { Directory = Path.Combine(options.Directory, $"fold-{number}") };

    private sealed class Row
    {
        [Microsoft.ML.Data.ColumnName(ColumnNames.Partition)]
        public uint Partition { get; set; }
    }
}
