namespace Subloc.MLNet.Data;

/// <summary>What one complete pass over protein files returned and what it left out.</summary>
public sealed record ProteinLoadSummary
{
    /// <summary>Proteins returned.</summary>
    public required long Rows { get; init; }

    /// <summary>Residues of the proteins returned; 0 for profiles, whose letters are unknown.</summary>
    public required long Residues { get; init; }

    /// <summary>Proteins left out because their label names several compartments.</summary>
    public long MultiLabelExcluded { get; init; }

    /// <summary>Proteins returned with the first of several compartments.</summary>
    public long MultiLabelFirst { get; init; }

    /// <summary>Faulty records skipped; more than 0 only with <see cref="ProteinLoadOptions.Lenient"/>.</summary>
    public long Skipped { get; init; }

    /// <summary>Faulty records skipped for each reason, such as <c>unknown letter</c>.</summary>
    public IReadOnlyDictionary<string, int> SkippedByReason { get; init; } = new Dictionary<string, int>();

    /// <summary>The sentence that describes the first record skipped, with its file and line; null when none was.</summary>
    public string? FirstSkipped { get; init; }
}
