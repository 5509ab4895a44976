namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Sizes that the data give a network.</summary>
/// <param name="Channels">Channels of one position, D: 20 for one-hot, BLOSUM62 and profiles; at least 1.</param>
/// <param name="Length">Positions of the longest input, L; at least 1. A length-agnostic network also takes shorter ones.</param>
/// <param name="Classes">Classes to tell apart, C; at least 2.</param>
public sealed record NetworkShape(int Channels, int Length, int Classes)
{
    internal NetworkShape Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Classes, 2);
        return this;
    }
}
