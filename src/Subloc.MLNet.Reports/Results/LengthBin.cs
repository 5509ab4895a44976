namespace Subloc.MLNet.Reports.Results;

/// <summary>Proteins of similar length.</summary>
/// <param name="From">Least length, in residues.</param>
/// <param name="Below">Length that they do not reach, in residues.</param>
/// <param name="Count">How many proteins.</param>
public sealed record LengthBin(int From, int Below, int Count);
