namespace Subloc.MLNet.Reports.Results;

/// <summary>A protein with the importance of each residue for its prediction, as <c>subloc predict --explain</c> writes it.</summary>
public sealed record ExplainedProtein
{
    /// <summary>Identifier; may be empty.</summary>
    public required string Id { get; init; }

    /// <summary>Residues, one letter each.</summary>
    public required string Sequence { get; init; }

    /// <summary>The compartment that the importance is about.</summary>
    public required string Class { get; init; }

    /// <summary>Probability of the predicted compartment, 0 to 1.</summary>
    public required double Probability { get; init; }

    /// <summary>How the importance was found, such as integrated gradients.</summary>
    public required string Method { get; init; }

    /// <summary>Importance of each residue, as many as residues: parts of log-odds, above 0 for the compartment and below 0 against it; or, of attention, shares.</summary>
    public required IReadOnlyList<double> Importance { get; init; }

    /// <summary>What rules find in the sequence.</summary>
    public required IReadOnlyList<SequenceSpan> Motifs { get; init; }
}
