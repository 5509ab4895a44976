using Subloc.MLNet.Batching;
using Subloc.MLNet.Scoring;

namespace Subloc.MLNet.Explanation;

/// <summary>A trained network that can say how its scores depend on its input.</summary>
internal interface IGradientScorer : IProteinScorer
{
    /// <summary>Integrates the gradient of a class's log-odds, ln(p / (1 - p)), on the straight ways to the channels of one protein from those of others, and takes the mean over these.</summary>
    /// <param name="proteins">The protein and, behind it, those where ways begin, at least one, all of equal length; encoded as the network was trained on.</param>
    /// <param name="classIndex">The class, from 0.</param>
    /// <param name="steps">Points on each way, at least 1.</param>
    /// <param name="importance">Receives a value for each position of the protein.</param>
    /// <returns>The log-odds for the protein, less the mean of those where the ways begin.</returns>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    double IntegrateGradients(ProteinSet proteins, int classIndex, int steps, float[] importance);
}
