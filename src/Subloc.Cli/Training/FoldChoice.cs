using Microsoft.ML;
using Subloc.Cli.Data;
using Subloc.Cli.Display;

namespace Subloc.Cli.Training;

/// <summary>Decides what each fold holds out: a homology partition, several whole ones, or proteins drawn at random.</summary>
internal static class FoldChoice
{
    /// <summary>Partitions up to this number are folds themselves unless a number of folds is asked for.</summary>
    public const int MostPartitions = 20;

    /// <summary>Folds where none were asked for and the partitions are none or too many.</summary>
    public const int UsualFolds = 5;

    /// <summary>Makes the folds, and says how where they are not the partitions themselves.</summary>
    /// <exception cref="InvalidDataException">The proteins cannot be divided so.</exception>
    public static IReadOnlyList<Fold> Make(
        MLContext context, IDataView proteins, DataSurvey survey, (int? Count, int Seed) asked, Terminal terminal)
    {
        int partitions = survey.Partitions.Count;
        int count = asked.Count ?? UsualFolds;
        if (partitions == 0)
        {
            IReadOnlyList<Fold> folds = DrawAtRandom(context, proteins, survey, (count, asked.Seed));
            terminal.Line($"No homology partitions are known, so {count} folds are drawn at random: "
                + "relatives may stand on both sides, and the result reads too high.");
            return folds;
        }

        if (partitions == 1)
        {
            throw new InvalidDataException("The proteins are of one homology partition, so it cannot be held out; "
                + "give proteins of several, or take the partition column out of the data to draw folds at random.");
        }

        if (asked.Count is null && partitions <= MostPartitions)
            return Fold.ByPartition(context, proteins, survey.Partitions.Keys.Select(partition => new HashSet<uint> { partition }));
        if (count > partitions)
            throw new InvalidDataException($"{partitions} homology partitions cannot be divided into {count} folds; use fewer with --folds.");

        terminal.Line($"The {partitions} homology partitions are dealt into {count} folds, each of them whole.");
        return Fold.ByPartition(context, proteins, Deal(survey.Partitions, count, asked.Seed));
    }

    /// <summary>Deals partitions into groups of similar size; none is split and no group is empty.</summary>
    public static IReadOnlyList<IReadOnlySet<uint>> Deal(IReadOnlyDictionary<uint, int> partitions, int count, int seed)
    {
        KeyValuePair<uint, int>[] order = [.. partitions.OrderBy(one => one.Key)];
        new Random(seed).Shuffle(order);
        var groups = new HashSet<uint>[count];
        for (int i = 0; i < count; i++)
            groups[i] = [];

        // The largest first, each to the group that is smallest so far.
        var sizes = new PriorityQueue<int, (long Size, int Group)>(Enumerable.Range(0, count).Select(group => (group, (0L, group))));
        foreach ((uint partition, int proteins) in order.OrderByDescending(one => one.Value))
        {
            sizes.TryDequeue(out int group, out (long Size, int Group) rank);
            groups[group].Add(partition);
            sizes.Enqueue(group, (rank.Size + proteins, group));
        }

        return groups;
    }

    private static IReadOnlyList<Fold> DrawAtRandom(MLContext context, IDataView proteins, DataSurvey survey, (int Count, int Seed) asked)
    {
        if (asked.Count > survey.Proteins)
            throw new InvalidDataException($"{survey.Proteins} proteins cannot be divided into {asked.Count} folds; use fewer with --folds.");

        IReadOnlyList<Fold> folds = Fold.AtRandom(context, proteins, asked.Count, asked.Seed);
        Fold? empty = folds.FirstOrDefault(fold => !HasRows(fold.HeldOut));
        return empty is null ? folds : throw new InvalidDataException(
            $"Of {asked.Count} folds of {survey.Proteins} proteins drawn at random, '{empty.Name}' is empty; use fewer with --folds.");
    }

    private static bool HasRows(IDataView view)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([]);
        return cursor.MoveNext();
    }
}
