namespace Subloc.MLNet.Motifs;

/// <summary>Where a rule fits.</summary>
/// <param name="Start">Index of the first residue, from 0.</param>
/// <param name="Length">Residues.</param>
/// <param name="Reason">What was found there.</param>
internal readonly record struct MotifPlace(int Start, int Length, string Reason);
