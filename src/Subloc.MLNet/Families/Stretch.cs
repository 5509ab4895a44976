namespace Subloc.MLNet.Families;

/// <summary>A stretch of a kept protein that a protein resembles, without gaps.</summary>
/// <param name="Protein">The kept protein.</param>
/// <param name="Score">Points.</param>
/// <param name="Diagonal">Place in the kept protein minus place in the other one.</param>
internal readonly record struct Stretch(int Protein, int Score, int Diagonal);
