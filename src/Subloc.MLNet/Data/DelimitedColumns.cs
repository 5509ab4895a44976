namespace Subloc.MLNet.Data;

/// <summary>Where the columns stand in delimited text; -1 where the file has no such column.</summary>
internal readonly record struct DelimitedColumns(int Id, int Sequence, int Label, int Partition, int Count)
{
    private static readonly string[] _idNames = ["accession", "acc", "id", "entry", "name", "protein"];
    private static readonly string[] _sequenceNames = ["sequence", "seq", "fasta"];
    private static readonly string[] _labelNames = ["label", "location", "compartment", "localization", "class"];
    private static readonly string[] _partitionNames = ["partition"];

    /// <exception cref="InvalidDataException">There is no sequence column, or a named column is absent.</exception>
    public static DelimitedColumns Find(string path, IReadOnlyList<string> header, ProteinLoadOptions options)
    {
        string[] names = [.. header.Select(name => name.Trim())];
        int sequence = Find(path, names, options.SequenceColumn, nameof(options.SequenceColumn), _sequenceNames);
        if (sequence < 0)
        {
            throw new InvalidDataException(
                $"{path}, line 1: no column holds the sequence: expected one named {string.Join(", ", _sequenceNames)}, found "
                + $"{List(names)}; "
                + "rename the column or name it in SequenceColumn.");
        }

        return new DelimitedColumns(
            Find(path, names, options.IdColumn, nameof(options.IdColumn), _idNames),
            sequence,
            Find(path, names, options.LabelColumn, nameof(options.LabelColumn), _labelNames),
            options.ReadPartition ? Find(path, names, options.PartitionColumn, nameof(options.PartitionColumn), _partitionNames) : -1,
            names.Length);
    }

    private static int Find(string path, string[] names, string? wanted, string option, string[] usual)
    {
        foreach (string candidate in wanted is null ? usual : [wanted.Trim()])
        {
            int index = Array.FindIndex(names, name => name.Equals(candidate, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
                continue;

            if (Array.FindIndex(names, index + 1, name => name.Equals(candidate, StringComparison.OrdinalIgnoreCase)) >= 0)
                throw new InvalidDataException($"{path}, line 1: the column '{names[index]}' stands twice in the header; "
                    + "rename one of the two.");

            return index;
        }

        if (wanted is null)
            return -1;

        throw new InvalidDataException($"{path}, line 1: there is no column '{wanted}'; "
            + $"found {List(names)}, so name one of these in {option}.");
    }

    private static string List(string[] names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
