namespace Subloc.MLNet.Data;

/// <summary>A generated protein: no such protein is known in nature.</summary>
public sealed record SyntheticProtein
{
    /// <summary>Identifier, such as <c>SYNTHETIC000001</c>; unique within one generated set.</summary>
    public required string Id { get; init; }

    /// <summary>Residues in one-letter code, beginning with M; only the twenty residues occur.</summary>
    public required string Sequence { get; init; }

    /// <summary>Compartment: one of <see cref="SyntheticProteins.Compartments"/>.</summary>
    public required string Label { get; init; }

    /// <summary>Homology partition, from 0. No family has members in two partitions.</summary>
    public required uint Partition { get; init; }

    /// <summary>Number of the family, from 0: proteins derived from one ancestor.</summary>
    public required int Family { get; init; }

    /// <summary>Planted signals in order of their position; empty where the protein is pure background.</summary>
    public required IReadOnlyList<SyntheticSignalSpan> Signals { get; init; }
}
