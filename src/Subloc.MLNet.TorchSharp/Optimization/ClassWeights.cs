namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>Weights of the classes, from how often they occur among the training rows.</summary>
internal static class ClassWeights
{
    /// <summary>
    /// The weight of each class, 0 for one that does not occur; null where all count the same. A training row counts 1 on average,
    /// so that the learning rate keeps its meaning.
    /// </summary>
    /// <param name="options">Kind and beta.</param>
    /// <param name="counts">Training rows of each class; shares of rows count as such.</param>
    public static double[]? Of(LossOptions options, IReadOnlyList<double> counts)
    {
        if (options.ClassWeighting == ClassWeighting.None)
            return null;

        double beta = options.EffectiveNumberBeta;
        double[] weights = [.. counts.Select(count => count == 0 ? 0
            : options.ClassWeighting == ClassWeighting.Balanced ? 1 / count
            : (1 - beta) / (1 - Math.Pow(beta, count)))];
        double scale = counts.Sum() / weights.Zip(counts, (weight, count) => weight * count).Sum();
        return [.. weights.Select(weight => weight * scale)];
    }
}
