namespace Subloc.MLNet.Families;

/// <summary>Families of training proteins, which say where a protein's relatives reside: how many there are, and how they speak.</summary>
/// <remarks>
/// After training, proteins that resemble each other become a family, which keeps one of them, with residues told apart in fourteen kinds only, and how its
/// members are shared among the compartments. A protein to be scored is compared with all families, as BLAST does (Altschul et al., J. Mol. Biol. 215
/// (1990), 403-410), with gaps; those that are alike vote. Equal data and settings give equal families.
/// </remarks>
public sealed record FamilyOptions
{
    /// <summary>Families at most; of more, those with most members are kept. Default 20,000; at least 1.</summary>
    public int Count { get; init; } = 20_000;

    /// <summary>Bits of an alignment from which on it says something. Default 36; above 0.</summary>
    /// <remarks>The bits of Karlin and Altschul (PNAS 87 (1990), 2264-2268), by the constants of gaps that cost a point more: among 10,000 families one of 36 bits is
    /// met by chance about once in 8 searches.</remarks>
    public double LeastBits { get; init; } = 36;

    /// <summary>How much is known without any relative, as the number of alignments of 50 bits that it counts like. Default 0.3; above 0.</summary>
    public double Prior { get; init; } = 0.3;

    /// <summary>What the families' word, in log-odds, is multiplied with before it is added to the network's logits. Default 0.4; above 0.</summary>
    public double Weight { get; init; } = 0.4;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal FamilyOptions Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 1);
        Positive(LeastBits, nameof(LeastBits));
        Positive(Prior, nameof(Prior));
        Positive(Weight, nameof(Weight));
        return this;
    }

    private static void Positive(double value, string name)
    {
        if (!(value > 0 && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(name, value, "Must be a finite number above 0.");
    }
}
