namespace Subloc.MLNet.TorchSharp.Families;

/// <summary>Two stretches of equal length that are alike without gaps, in two proteins.</summary>
/// <param name="First">Place of the first residue in the protein with the smaller number.</param>
/// <param name="Second">Place of the first residue in the other protein.</param>
/// <param name="Length">Residues of each.</param>
/// <param name="Score">Points in BLOSUM62.</param>
internal readonly record struct Similarity(int First, int Second, int Length, int Score);
