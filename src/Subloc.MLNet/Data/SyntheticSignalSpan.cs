namespace Subloc.MLNet.Data;

/// <summary>A sorting signal planted in a synthetic protein.</summary>
/// <param name="Kind">What the signal imitates.</param>
/// <param name="Start">Index of its first residue, from 0.</param>
/// <param name="Length">Number of its residues.</param>
public readonly record struct SyntheticSignalSpan(SyntheticSignalKind Kind, int Start, int Length);
