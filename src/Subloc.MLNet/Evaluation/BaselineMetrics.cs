namespace Subloc.MLNet.Evaluation;

/// <summary>What a predictor that never looks at a sequence reaches on the evaluated rows.</summary>
public sealed record BaselineMetrics
{
    /// <summary>The class that is always predicted, or null where classes are guessed at random by their frequencies.</summary>
    public required string? ClassName { get; init; }

    /// <summary>Accuracy, 0 to 1; expected accuracy of a random guess.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean recall of the classes that occur, 0 to 1.</summary>
    public required double MacroAccuracy { get; init; }

    /// <summary>Mean F1 of the classes that occur, 0 to 1; of a random guess, from the expected counts.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Gorodkin's R_K: always 0, because the predictions do not depend on the truth.</summary>
    public double Gorodkin { get; }

    /// <summary>Log-loss, in nats, of giving every row the class frequencies as its probabilities.</summary>
    public required double LogLoss { get; init; }

    /// <summary>True where the frequencies are those of the training rows, false where the evaluated rows were counted.</summary>
    public required bool FromTrainingRows { get; init; }

    /// <summary>The baseline that always predicts the most frequent class; of equally frequent classes the first.</summary>
    internal static BaselineMetrics Majority(ConfusionCounts truth, ClassFrequencies known, IReadOnlyList<string> classNames)
    {
        int majority = known.IndexOfLargest();
        double share = truth.Actual(majority) / (double)truth.Total;
        int present = truth.PresentClasses.Count();
        return new BaselineMetrics
        {
            ClassName = classNames[majority],
            Accuracy = share,
            MacroAccuracy = share > 0 ? 1.0 / present : 0,
            MacroF1 = 2 * share / (1 + share) / present,
            LogLoss = known.LogLoss(truth),
            FromTrainingRows = known.FromTrainingRows,
        };
    }

    /// <summary>The baseline that draws each prediction by the class frequencies.</summary>
    internal static BaselineMetrics RandomGuess(ConfusionCounts truth, ClassFrequencies known)
    {
        double Share(int k) => truth.Actual(k) / (double)truth.Total;
        int[] present = [.. truth.PresentClasses];
        return new BaselineMetrics
        {
            ClassName = null,
            Accuracy = present.Sum(k => known[k] * Share(k)),
            MacroAccuracy = present.Average(k => known[k]),
            MacroF1 = present.Average(k => 2 * known[k] * Share(k) / (known[k] + Share(k))),
            LogLoss = known.LogLoss(truth),
            FromTrainingRows = known.FromTrainingRows,
        };
    }
}
