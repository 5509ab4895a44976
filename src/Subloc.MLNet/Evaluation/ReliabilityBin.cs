namespace Subloc.MLNet.Evaluation;

/// <summary>One bin of a reliability diagram: rows whose top probability lies above the lower bound and not above the upper.</summary>
/// <param name="LowerBound">Lower bound of the top probability; the first bin includes it.</param>
/// <param name="UpperBound">Upper bound of the top probability, included.</param>
/// <param name="Count">Rows in the bin.</param>
/// <param name="Confidence">Mean top probability of the rows, 0 to 1; 0 in an empty bin.</param>
/// <param name="Accuracy">Share of the rows that are predicted right, 0 to 1; 0 in an empty bin.</param>
public readonly record struct ReliabilityBin(double LowerBound, double UpperBound, int Count, double Confidence, double Accuracy);
