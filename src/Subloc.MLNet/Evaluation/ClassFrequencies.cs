namespace Subloc.MLNet.Evaluation;

/// <summary>Shares of the classes that the baselines know, summing to 1.</summary>
internal sealed class ClassFrequencies
{
    private readonly double[] _shares;

    private ClassFrequencies(double[] counts, bool fromTrainingRows)
    {
        double sum = counts.Sum();
        _shares = [.. counts.Select(count => count / sum)];
        FromTrainingRows = fromTrainingRows;
    }

    public bool FromTrainingRows { get; }

    public double this[int k] => _shares[k];

    /// <summary>Takes the training counts where there are any, and counts the evaluated rows otherwise.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A name is no class, a count is negative, or all are 0.</exception>
    public static ClassFrequencies Of(
        ConfusionCounts evaluated, IReadOnlyDictionary<string, int>? trainingClassCounts, IReadOnlyList<string> classNames)
    {
        if (trainingClassCounts is null)
            return new ClassFrequencies([.. Enumerable.Range(0, classNames.Count).Select(k => (double)evaluated.Actual(k))], false);

        foreach ((string name, int count) in trainingClassCounts)
        {
            if (!classNames.Contains(name))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(trainingClassCounts), name, $"TrainingClassCounts names '{name}', which is not a class of the scores.");
            }

            ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(trainingClassCounts));
        }

        double[] counts = [.. classNames.Select(name => (double)trainingClassCounts.GetValueOrDefault(name))];
        if (counts.Sum() == 0)
            throw new ArgumentOutOfRangeException(nameof(trainingClassCounts), "TrainingClassCounts must count at least one training row.");
        return new ClassFrequencies(counts, true);
    }

    /// <summary>The most frequent class; of equally frequent classes the first.</summary>
    public int IndexOfLargest() => Array.IndexOf(_shares, _shares.Max());

    /// <summary>Mean log-loss of the evaluated rows when these shares are the probabilities, clipped as elsewhere.</summary>
    public double LogLoss(ConfusionCounts evaluated)
    {
        double Loss(int k) => -Math.Log(Math.Max(LocalizationMetrics.LeastProbability, _shares[k]));
        return evaluated.PresentClasses.Sum(k => Loss(k) * evaluated.Actual(k)) / evaluated.Total;
    }
}
