namespace Subloc.MLNet.Data;

/// <summary>Settings for the loaders of <see cref="ProteinDataCatalog"/>.</summary>
public sealed record ProteinLoadOptions
{
    /// <summary>Header name of the identifier in delimited text. Default null: accession, acc, id, entry, name or protein.</summary>
    /// <remarks>The first of the usual names that is present is taken. Without any, the identifier is the number of the row.</remarks>
    public string? IdColumn { get; init; }

    /// <summary>Header name of the residues in delimited text. Default null: sequence, seq or fasta.</summary>
    public string? SequenceColumn { get; init; }

    /// <summary>
    /// Header name of the compartment in delimited text. Default null: label, location, compartment, localization or class.
    /// </summary>
    public string? LabelColumn { get; init; }

    /// <summary>Header name of the homology partition in delimited text. Default null: partition.</summary>
    /// <remarks>Columns of other names, such as fold or cluster, may mean something else and are read only if they are named here.</remarks>
    public string? PartitionColumn { get; init; }

    /// <summary>Whether homology partitions are read where the files have them. Default true.</summary>
    /// <remarks>When false the data have no partition column, and what the files hold in its place does not matter.</remarks>
    public bool ReadPartition { get; init; } = true;

    /// <summary>What to do with a protein of several compartments. Default <see cref="MultiLabelPolicy.Exclude"/>.</summary>
    public MultiLabelPolicy MultiLabel { get; init; } = MultiLabelPolicy.Exclude;

    /// <summary>Whether a protein without a label is an error. Default false: its label is empty.</summary>
    public bool RequireLabel { get; init; }

    /// <summary>Whether a faulty record is skipped and counted rather than an error. Default false.</summary>
    /// <remarks>Damage to a whole file (cut off, not text, no sequence column) stays an error, and so does any fault in profiles.</remarks>
    public bool Lenient { get; init; }

    /// <summary>Whether an identifier may occur more than once. Default false.</summary>
    /// <remarks>When true no identifiers are remembered, so memory does not grow with the number of proteins.</remarks>
    public bool AllowDuplicateIds { get; init; }

    /// <summary>Receives the counts at the end of each complete pass over the data. Default null.</summary>
    public IProgress<ProteinLoadSummary>? Summary { get; init; }

    internal ProteinLoadOptions Validate()
    {
        CheckName(IdColumn, nameof(IdColumn));
        CheckName(SequenceColumn, nameof(SequenceColumn));
        CheckName(LabelColumn, nameof(LabelColumn));
        CheckName(PartitionColumn, nameof(PartitionColumn));
        if (!Enum.IsDefined(MultiLabel))
            throw new ArgumentOutOfRangeException(nameof(MultiLabel), MultiLabel, "MultiLabel must be Exclude, First or Keep.");

        return this;
    }

    private static void CheckName(string? name, string option)
    {
        if (name is not null && string.IsNullOrWhiteSpace(name))
            throw new ArgumentOutOfRangeException(option, name, $"{option} must be null or the name of a column.");
    }
}
