using Subloc.MLNet.Notebooks;

namespace Subloc.MLNet.Evaluation;

/// <summary>How well compartments are predicted: accuracies, correlations, calibration, intervals and baselines.</summary>
/// <remarks>
/// Ties are the model's business: a prediction is what the predicted label says, whatever the probabilities are. The
/// probabilities count for <see cref="LogLoss"/> and <see cref="ReliabilityBins"/> only. Missing labels, missing predictions and
/// probabilities that are NaN or outside 0 to 1 are errors, never skipped rows. A .NET Interactive notebook shows them as tables.
/// </remarks>
[TypeFormatterSource(typeof(HtmlFormats))]
public sealed class LocalizationMetrics : IShownAsHtml
{
    /// <summary>Least probability that the log-loss sees, that of ML.NET's evaluator.</summary>
    internal const float LeastProbability = (float)1e-15;

    // Scores are Single and a softmax can overshoot 1 by rounding.
    private const float Rounding = 1e-4f;

    private LocalizationMetrics(ConfusionCounts counts, ScoreTotals totals, IReadOnlyList<string> classNames, ClassFrequencies known)
    {
        ClassNames = Array.AsReadOnly([.. classNames]);
        RowCount = counts.Total;
        Accuracy = counts.Accuracy;
        MacroAccuracy = counts.MacroAccuracy;
        MacroF1 = counts.MacroF1;
        WeightedF1 = counts.WeightedF1;
        Gorodkin = counts.Gorodkin;
        LogLoss = totals.LogLoss / counts.Total;
        double entropy = counts.Entropy;
        LogLossReduction = entropy > 0 ? (entropy - LogLoss) / entropy : 0;
        PerClass = Array.AsReadOnly([.. classNames.Select((name, k) => counts.Describe(k, name))]);
        ConfusionMatrix = new ConfusionTable(counts.ToRows(), ClassNames);
        ReliabilityBins = totals.Calibration.ToBins();
        ExpectedCalibrationError = Calibration.ExpectedError(ReliabilityBins);
        MajorityBaseline = BaselineMetrics.Majority(counts, known, classNames);
        RandomBaseline = BaselineMetrics.RandomGuess(counts, known);
    }

    /// <summary>Evaluated rows, at least 1.</summary>
    public int RowCount { get; }

    /// <summary>Names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Share of rows that are predicted right, 0 to 1 (ML.NET's micro-accuracy).</summary>
    public double Accuracy { get; }

    /// <summary>Mean recall of the classes that occur in the rows, 0 to 1 (ML.NET's macro-accuracy).</summary>
    public double MacroAccuracy { get; }

    /// <summary>Mean F1 of the classes that occur in the rows, 0 to 1; a class that is never predicted has F1 0.</summary>
    public double MacroF1 { get; }

    /// <summary>Mean F1 of the classes, weighted by their rows, 0 to 1.</summary>
    public double WeightedF1 { get; }

    /// <summary>Mean of -ln of the true class's probability, in nats; below 1e-15 it counts as 1e-15, as in ML.NET.</summary>
    public double LogLoss { get; }

    /// <summary>Share of the true classes' entropy that the scores remove: 1 is perfect, below 0 is worse than the frequencies.</summary>
    /// <remarks>As in ML.NET, but 0 where only one class occurs, where ML.NET divides by 0.</remarks>
    public double LogLossReduction { get; }

    /// <summary>Gorodkin's R_K, a correlation for many classes: 1 is perfect, 0 is chance or a vanishing denominator.</summary>
    /// <remarks>Gorodkin, Comput. Biol. Chem. 28 (2004), 367-374.</remarks>
    public double Gorodkin { get; }

    /// <summary>Metrics of each class against all others, in the order of <see cref="ClassNames"/>.</summary>
    public IReadOnlyList<ClassMetrics> PerClass { get; }

    /// <summary>Rows of each true class (outer index) that were predicted as each class (inner index).</summary>
    public IReadOnlyList<IReadOnlyList<int>> ConfusionMatrix { get; }

    /// <summary>Mean distance between top probability and accuracy over <see cref="ReliabilityBins"/>, weighted by rows; 0 to 1.</summary>
    /// <remarks>Guo et al., On calibration of modern neural networks, ICML (2017).</remarks>
    public double ExpectedCalibrationError { get; }

    /// <summary>Fifteen bins of equal width over the top probability.</summary>
    public IReadOnlyList<ReliabilityBin> ReliabilityBins { get; }

    /// <summary>What always predicting the most frequent class reaches.</summary>
    public BaselineMetrics MajorityBaseline { get; }

    /// <summary>What guessing by the class frequencies is expected to reach.</summary>
    public BaselineMetrics RandomBaseline { get; }

    /// <summary>Confidence intervals; null where the options ask for no resamples.</summary>
    public LocalizationIntervals? Intervals { get; private init; }

    /// <summary>Computes the metrics of predictions held in memory, for example out-of-fold predictions pooled over all folds.</summary>
    /// <param name="actual">True class of each row, an index into <paramref name="classNames"/>.</param>
    /// <param name="predicted">Predicted class of each row, an index into <paramref name="classNames"/>.</param>
    /// <param name="probabilities">Probability of every class, row after row: [rows, classes].</param>
    /// <param name="classNames">Names of the classes, at least two.</param>
    /// <param name="options">Baselines and intervals; the defaults where null. The column names are not used.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There are no rows, the lengths disagree, an index names no class, or a probability is not a number from 0 to 1.
    /// </exception>
    public static LocalizationMetrics From(
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        ReadOnlySpan<float> probabilities,
        IReadOnlyList<string> classNames,
        LocalizationEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        options = (options ?? new LocalizationEvaluationOptions()).Validate();
        int classes = classNames.Count;
        CheckLengths(actual.Length, predicted.Length, probabilities.Length, classes);

        var counts = new ConfusionCounts(classes);
        var totals = new ScoreTotals();
        for (int row = 0; row < actual.Length; row++)
        {
            CheckClass(actual[row], row, classes, nameof(actual));
            CheckClass(predicted[row], row, classes, nameof(predicted));
            counts.Add(actual[row], predicted[row]);
            ReadOnlySpan<float> scores = probabilities.Slice(row * classes, classes);
            totals.Add(scores[actual[row]], TopOf(scores, row), actual[row] == predicted[row]);
        }

        ClassFrequencies known = ClassFrequencies.Of(counts, options.TrainingClassCounts, classNames);
        return new LocalizationMetrics(counts, totals, classNames, known)
        {
            Intervals = options.Resamples > 0 ? Bootstrap.Run(actual, predicted, classes, options) : null,
        };
    }

    string IShownAsHtml.ToHtml() => MetricsView.ToHtml(this);

    /// <summary>Whether a score is a probability, but for rounding.</summary>
    internal static bool IsProbability(float score) => score is >= -Rounding and <= 1 + Rounding;

    private static float TopOf(ReadOnlySpan<float> scores, int row)
    {
        float top = 0;
        foreach (float score in scores)
        {
            if (!IsProbability(score))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(scores), score, $"Row {row} has a score that is not a probability from 0 to 1; calibrate the model.");
            }

            top = Math.Max(top, score);
        }

        return Math.Min(top, 1);
    }

    private static void CheckLengths(int actual, int predicted, int probabilities, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2, "classNames");
        if (actual == 0)
            throw new ArgumentOutOfRangeException(nameof(actual), "There are no rows to evaluate.");
        if (predicted != actual)
            throw new ArgumentOutOfRangeException(nameof(predicted), predicted, $"{actual} rows need as many predictions.");
        if (probabilities != (long)actual * classes)
            throw new ArgumentOutOfRangeException(
                nameof(probabilities), probabilities, $"{actual} rows of {classes} classes need {(long)actual * classes} probabilities.");
    }

    private static void CheckClass(int index, int row, int classes, string name)
    {
        if ((uint)index >= (uint)classes)
            throw new ArgumentOutOfRangeException(name, index, $"Row {row} names a class outside 0 to {classes - 1}.");
    }

    private sealed class ScoreTotals
    {
        public double LogLoss { get; private set; }

        public Calibration Calibration { get; } = new();

        public void Add(float probabilityOfTruth, float topProbability, bool isCorrect)
        {
            LogLoss -= Math.Log(Math.Min(1, Math.Max(LeastProbability, probabilityOfTruth)));
            Calibration.Add(topProbability, isCorrect);
        }
    }
}
