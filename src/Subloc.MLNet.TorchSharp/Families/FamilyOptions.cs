using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Networks;

namespace Subloc.MLNet.TorchSharp.Families;

/// <summary>Families of training proteins, which say where a protein's relatives reside: how many there are, and how they speak.</summary>
/// <remarks>
/// The search compares all training proteins with each other, as BLAST does (Altschul et al., J. Mol. Biol. 215 (1990), 403-410), without gaps; what
/// is alike in several becomes a position-specific scoring matrix (<see cref="FamilyNet"/>). Equal data and settings give equal families.
/// </remarks>
public sealed record FamilyOptions
{
    /// <summary>Families at most. Default 6000; at least 1.</summary>
    public int Count { get; init; } = 6000;

    /// <summary>Residues of a family's stretch. Default 24; 8 to 64.</summary>
    public int Width { get; init; } = 24;

    /// <summary>Points of BLOSUM62 up to which a likeness says nothing. Default 40; above 0.</summary>
    public double Threshold { get; init; } = 40;

    /// <summary>Points above <see cref="Threshold"/> from which on the nearest family speaks with its full weight. Default 10; above 0.</summary>
    public double Full { get; init; } = 10;

    /// <summary>What the families' word, in log-odds, is multiplied with before it is added to the network's logits. Default 0.6; above 0.</summary>
    public double Weight { get; init; } = 0.6;

    /// <summary>Numbers that as many families hold.</summary>
    internal long CountWeights(int classes) => checked(((long)Count * ((Alphabet.ResidueCount * Width) + classes)) + classes);

    internal FamilyOptions Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Width, 64);
        NetworkChecks.Positive(Threshold, nameof(Threshold));
        NetworkChecks.Positive(Full, nameof(Full));
        NetworkChecks.Positive(Weight, nameof(Weight));
        return this;
    }
}
