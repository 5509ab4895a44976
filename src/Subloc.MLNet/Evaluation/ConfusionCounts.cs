namespace Subloc.MLNet.Evaluation;

/// <summary>A confusion matrix and everything that follows from it alone.</summary>
internal sealed class ConfusionCounts(int classes)
{
    private readonly int[] _cells = new int[classes * classes]; // [true, predicted]
    private readonly int[] _actual = new int[classes];
    private readonly int[] _predicted = new int[classes];

    public int Total { get; private set; }

    public IEnumerable<int> PresentClasses => Enumerable.Range(0, classes).Where(k => _actual[k] > 0);

    public double Accuracy => (double)Correct / Total;

    public double MacroAccuracy => PresentClasses.Average(Recall);

    public double MacroF1 => PresentClasses.Average(F1);

    public double WeightedF1 => PresentClasses.Sum(k => F1(k) * _actual[k]) / Total;

    /// <summary>Entropy of the true classes, in nats.</summary>
    public double Entropy => -PresentClasses.Sum(k => _actual[k] * Math.Log((double)_actual[k] / Total)) / Total;

    /// <summary>Gorodkin's R_K: the covariance of truth and prediction over the product of their deviations.</summary>
    public double Gorodkin
    {
        get
        {
            double square = (double)Total * Total, both = 0, actual = 0, predicted = 0;
            for (int k = 0; k < classes; k++)
            {
                both += (double)_actual[k] * _predicted[k];
                actual += (double)_actual[k] * _actual[k];
                predicted += (double)_predicted[k] * _predicted[k];
            }

            return Ratio((double)Correct * Total - both, Math.Sqrt((square - actual) * (square - predicted)));
        }
    }

    private long Correct
    {
        get
        {
            long correct = 0;
            for (int k = 0; k < classes; k++)
                correct += this[k, k];
            return correct;
        }
    }

    public int this[int actual, int predicted] => _cells[actual * classes + predicted];

    public void Add(int actual, int predicted)
    {
        _cells[actual * classes + predicted]++;
        _actual[actual]++;
        _predicted[predicted]++;
        Total++;
    }

    public void Clear()
    {
        Array.Clear(_cells);
        Array.Clear(_actual);
        Array.Clear(_predicted);
        Total = 0;
    }

    public int Actual(int k) => _actual[k];

    public ClassMetrics Describe(int k, string name) => new()
    {
        Name = name,
        Count = _actual[k],
        PredictedCount = _predicted[k],
        Precision = Ratio(this[k, k], _predicted[k]),
        Recall = Recall(k),
        F1 = F1(k),
        Mcc = Mcc(k),
    };

    public IReadOnlyList<IReadOnlyList<int>> ToRows()
        => Array.AsReadOnly([.. _cells.Chunk(classes).Select(IReadOnlyList<int> (row) => Array.AsReadOnly(row))]);

    private double Recall(int k) => Ratio(this[k, k], _actual[k]);

    private double F1(int k) => Ratio(2.0 * this[k, k], (double)_actual[k] + _predicted[k]);

    private double Mcc(int k)
    {
        double actual = _actual[k], predicted = _predicted[k], total = Total;
        return Ratio(this[k, k] * total - actual * predicted, Math.Sqrt(actual * (total - actual) * predicted * (total - predicted)));
    }

    private static double Ratio(double numerator, double denominator) => denominator > 0 ? numerator / denominator : 0;
}
