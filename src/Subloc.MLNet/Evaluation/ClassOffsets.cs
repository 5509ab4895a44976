using System.Numerics.Tensors;
using Subloc.MLNet.Scoring;

namespace Subloc.MLNet.Evaluation;

/// <summary>Finds what to add to each class's logit so that rare classes are named as often as serves accuracy and macro-F1 together.</summary>
/// <remarks>
/// A network that is right as often as possible hardly ever names a rare class. Numbers added to the logits before the largest is chosen, one a
/// class, move that balance without training; they are found by climbing, one class after the other, the mean of accuracy, counted twice, and macro-F1. Fit
/// them on proteins that the network was not trained on, and <see cref="TemperatureScaling"/> after them: probabilities are then those of the moved logits.
/// Thresholds for each class, as in DeepLoc 2.0 (Thumuluri et al., Nucleic Acids Res. 50 (2022), W228-W234), serve the same purpose.
/// </remarks>
public static class ClassOffsets
{
    private const int Rounds = 3;

    private static readonly int[] _steps = [4, 2, 1]; // tenths

    /// <summary>Finds offsets from the probabilities that a network gave.</summary>
    /// <param name="probabilities">Probability of every class, row after row: [rows, classes]; below 1e-15 they count as 1e-15.</param>
    /// <param name="actual">True class of each row.</param>
    /// <returns>One number for each class, a multiple of 0.1 from -2.1 to 2.1; 0 where moving it serves nothing.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There are no rows, the lengths disagree, an index names no class, or a probability is not a number from 0 to 1.
    /// </exception>
    public static double[] FitToProbabilities(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> actual)
    {
        int classes = TemperatureScaling.CountClasses(probabilities.Length, actual);
        float[] logits = TemperatureScaling.ToLogits(probabilities);
        var tenths = new int[classes];
        double best = Score(logits, actual, tenths);
        foreach (int step in _steps)
        {
            for (int round = 0; round < Rounds; round++)
            {
                for (int k = 0; k < classes; k++)
                {
                    foreach (int change in (int[])[-step, step])
                    {
                        tenths[k] += change;
                        double score = Score(logits, actual, tenths);
                        if (score > best)
                            best = score;
                        else
                            tenths[k] -= change;
                    }
                }
            }
        }

        return Array.ConvertAll(tenths, tenth => tenth / 10.0);
    }

    /// <summary>The probabilities that offsets give.</summary>
    /// <param name="probabilities">Probabilities without offsets, row after row: [rows, classes].</param>
    /// <param name="offsets">What is added to each class's logit; finite.</param>
    /// <returns>Probabilities in the same order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The lengths disagree, a probability is not one, or an offset is not finite.</exception>
    public static float[] Apply(ReadOnlySpan<float> probabilities, ReadOnlySpan<double> offsets)
    {
        if (offsets.IsEmpty || probabilities.Length % offsets.Length != 0)
            throw new ArgumentOutOfRangeException(nameof(probabilities), probabilities.Length, $"Rows of {offsets.Length} probabilities were expected.");
        float[] numbers = new float[offsets.Length];
        for (int k = 0; k < numbers.Length; k++)
            numbers[k] = double.IsFinite(offsets[k]) ? (float)offsets[k] : throw new ArgumentOutOfRangeException(nameof(offsets), offsets[k], "An offset must be a finite number.");

        float[] logits = TemperatureScaling.ToLogits(probabilities);
        for (int row = 0; row < logits.Length; row += numbers.Length)
        {
            Span<float> one = logits.AsSpan(row, numbers.Length);
            TensorPrimitives.Add(one, numbers, one);
            TensorPrimitives.SoftMax(one, one);
        }

        return logits;
    }

    /// <summary>Offsets as text, each behind its class.</summary>
    internal static string Describe(IEnumerable<string> classNames, IEnumerable<double> offsets) =>
        string.Join(", ", classNames.Zip(offsets, (name, offset) => FormattableString.Invariant($"{name} {offset:+0.0;-0.0;0}")));

    // The mean of accuracy, counted twice, and macro-F1.
    private static double Score(ReadOnlySpan<float> logits, ReadOnlySpan<int> actual, ReadOnlySpan<int> tenths)
    {
        int classes = tenths.Length;
        float[] offsets = new float[classes], moved = new float[classes];
        for (int k = 0; k < classes; k++)
            offsets[k] = tenths[k] / 10f;

        int[] rows = new int[classes], predicted = new int[classes], right = new int[classes];
        for (int row = 0; row < actual.Length; row++)
        {
            TensorPrimitives.Add(logits.Slice(row * classes, classes), offsets, moved);
            int named = ScoreColumns.ArgMax(moved);
            rows[actual[row]]++;
            predicted[named]++;
            if (named == actual[row])
                right[named]++;
        }

        double accuracy = 0, f1 = 0;
        for (int k = 0; k < classes; k++)
        {
            accuracy += right[k];
            if (rows[k] + predicted[k] > 0)
                f1 += 2.0 * right[k] / (rows[k] + predicted[k]);
        }

        return ((2 * accuracy / actual.Length) + (f1 / classes)) / 3;
    }
}
