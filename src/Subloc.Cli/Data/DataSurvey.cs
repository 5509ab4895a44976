using Microsoft.ML;
using Subloc.MLNet;
using Subloc.MLNet.Data;

namespace Subloc.Cli.Data;

/// <summary>What one full pass over labelled proteins found.</summary>
internal sealed record DataSurvey
{
    /// <summary>Stands between the compartments of a protein of several.</summary>
    public const char Separator = '|';

    /// <summary>Proteins that can be used.</summary>
    public required int Proteins { get; init; }

    /// <summary>Proteins of each compartment and no other, in the order of the names.</summary>
    public required IReadOnlyDictionary<string, int> Classes { get; init; }

    /// <summary>Proteins of several compartments that are to be learned from.</summary>
    public required int Shared { get; init; }

    /// <summary>Proteins of each homology partition; empty without partitions.</summary>
    public required IReadOnlyDictionary<uint, int> Partitions { get; init; }

    /// <summary>Residues of the shortest protein, the median and the longest; null for profiles.</summary>
    public required LengthSummary? Lengths { get; init; }

    /// <summary>What was left out; null for synthetic proteins, where nothing is.</summary>
    public required ProteinLoadSummary? Left { get; init; }

    /// <summary>Reads all proteins once; a faulty record ends the pass unless the request is lenient.</summary>
    public static DataSurvey Of(ProteinSource source, CancellationToken cancellation)
    {
        DataViewSchema schema = source.View.Schema;
        DataViewSchema.Column label = schema[ColumnNames.Label];
        DataViewSchema.Column[] others = [.. schema.Where(column => column.Name is ColumnNames.Sequence or ColumnNames.Partition)];
        var classes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var partitions = new SortedDictionary<uint, int>();
        var lengths = new List<int>();
        int shared = 0;
        using (DataViewRowCursor cursor = source.View.GetRowCursor([label, .. others]))
        {
            Action[] readers = [.. others.Select(column => MakeReader(cursor, column, lengths, partitions))];
            ValueGetter<ReadOnlyMemory<char>> getLabel = cursor.GetGetter<ReadOnlyMemory<char>>(label);
            ReadOnlyMemory<char> name = default;
            while (cursor.MoveNext())
            {
                cancellation.ThrowIfCancellationRequested();
                getLabel(ref name);
                string[] names = name.ToString().Split(Separator);
                foreach (string one in names)
                    classes[one] = classes.GetValueOrDefault(one) + (names.Length == 1 ? 1 : 0);
                shared += names.Length == 1 ? 0 : 1;
                foreach (Action reader in readers)
                    reader();
            }
        }

        return new DataSurvey
        {
            Proteins = classes.Values.Sum() + shared,
            Classes = classes,
            Shared = shared,
            Partitions = partitions,
            Lengths = LengthSummary.Of(lengths),
            Left = source.Left,
        };
    }

    private static Action MakeReader(DataViewRow row, DataViewSchema.Column column, List<int> lengths, SortedDictionary<uint, int> partitions)
    {
        if (column.Name == ColumnNames.Sequence)
        {
            ValueGetter<ReadOnlyMemory<char>> sequence = row.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> residues = default;
            return () =>
            {
                sequence(ref residues);
                lengths.Add(residues.Length);
            };
        }

        ValueGetter<uint> partition = row.GetGetter<uint>(column);
        uint number = 0;
        return () =>
        {
            partition(ref number);
            partitions[number] = partitions.GetValueOrDefault(number) + 1;
        };
    }
}
