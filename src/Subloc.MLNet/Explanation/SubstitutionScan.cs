namespace Subloc.MLNet.Explanation;

/// <summary>What substitutions of one residue do to the prediction for a protein.</summary>
public sealed record SubstitutionScan
{
    /// <summary>The residues of the wild type in upper case, without stops at the end.</summary>
    public required string Sequence { get; init; }

    /// <summary>What the model predicts for the wild type.</summary>
    public required ProteinPrediction WildType { get; init; }

    /// <summary>Mutants that were scored.</summary>
    public required int Scored { get; init; }

    /// <summary>How many of these are predicted to be of another class.</summary>
    public required int ClassChanges { get; init; }

    /// <summary>Those that move the probability of the wild type's class most, in either direction; the largest change first.</summary>
    public required IReadOnlyList<SubstitutionEffect> Effects { get; init; }
}
