namespace Subloc.MLNet.Motifs;

/// <summary>A place in a sequence that fits a rule.</summary>
/// <param name="Name">Name of the rule; <see cref="ProteinMotifs.Rules"/> tells what it asks for and where it comes from.</param>
/// <param name="Start">Position of its first residue, from 1.</param>
/// <param name="End">Position of its last residue, inclusive.</param>
/// <param name="Reason">What was found there, in short.</param>
public sealed record ProteinMotif(string Name, int Start, int End, string Reason);
