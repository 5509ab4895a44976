namespace Subloc.MLNet.Reports.Results;

/// <summary>A part of a sequence that fits a rule; no output of a model.</summary>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Start">First residue, from 1.</param>
/// <param name="End">Last residue, inclusive.</param>
/// <param name="Reason">What was found there; may be empty.</param>
public sealed record SequenceSpan(string Rule, int Start, int End, string Reason);
