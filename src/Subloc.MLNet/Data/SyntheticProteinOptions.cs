namespace Subloc.MLNet.Data;

/// <summary>Settings of the synthetic proteins that <see cref="SyntheticProteins"/> generates.</summary>
public sealed record SyntheticProteinOptions
{
    /// <summary>Number of synthetic proteins. Default 1500; at least 10, so that every compartment has one.</summary>
    public int Count { get; init; } = 1500;

    /// <summary>Seed. Equal options give equal synthetic proteins on every platform. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Probability that a protein carries the signals of its compartment. Default 0.9; 0 to 1.</summary>
    /// <remarks>The others are pure background, so the best accuracy is a little above this value; 0 is a negative control.</remarks>
    public double SignalStrength { get; init; } = 0.9;

    /// <summary>Evenness of the class sizes: 0 as in DeepLoc 1.0, 1 all equal. Default 0.5; 0 to 1.</summary>
    public double Balance { get; init; } = 0.5;

    /// <summary>Length of the shortest protein, in residues. Default 60; at least 60, which every signal needs.</summary>
    public int MinLength { get; init; } = 60;

    /// <summary>Length of the longest protein, in residues. Default 600; at least <see cref="MinLength"/>, at most 100000.</summary>
    public int MaxLength { get; init; } = 600;

    /// <summary>Number of homology partitions, numbered from 0. Default 5; at least 1.</summary>
    public int Partitions { get; init; } = 5;

    internal SyntheticProteinOptions Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, SyntheticProteins.Compartments.Count, nameof(Count));
        ThrowUnlessFraction(SignalStrength, nameof(SignalStrength));
        ThrowUnlessFraction(Balance, nameof(Balance));
        ArgumentOutOfRangeException.ThrowIfLessThan(MinLength, 60, nameof(MinLength));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxLength, MinLength, nameof(MaxLength));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxLength, 100_000, nameof(MaxLength));
        ArgumentOutOfRangeException.ThrowIfLessThan(Partitions, 1, nameof(Partitions));
        return this;
    }

    private static void ThrowUnlessFraction(double value, string name)
    {
        if (!(value >= 0 && value <= 1))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must lie between 0 and 1.");
    }
}
