namespace Subloc.MLNet.Evaluation;

/// <summary>Sorts rows into bins of equal width by their top probability.</summary>
internal sealed class Calibration
{
    public const int BinCount = 15;

    private readonly int[] _rows = new int[BinCount];
    private readonly int[] _correct = new int[BinCount];
    private readonly double[] _confidence = new double[BinCount];

    public void Add(float topProbability, bool isCorrect)
    {
        int bin = Math.Clamp((int)Math.Ceiling((double)topProbability * BinCount) - 1, 0, BinCount - 1);
        _rows[bin]++;
        _confidence[bin] += topProbability;
        if (isCorrect)
            _correct[bin]++;
    }

    public IReadOnlyList<ReliabilityBin> ToBins() => Array.AsReadOnly([.. Enumerable.Range(0, BinCount).Select(bin => new ReliabilityBin(
        (double)bin / BinCount,
        (bin + 1.0) / BinCount,
        _rows[bin],
        _confidence[bin] / Math.Max(1, _rows[bin]),
        (double)_correct[bin] / Math.Max(1, _rows[bin])))]);

    public static double ExpectedError(IReadOnlyList<ReliabilityBin> bins)
        => bins.Sum(bin => bin.Count * Math.Abs(bin.Accuracy - bin.Confidence)) / bins.Sum(bin => bin.Count);
}
