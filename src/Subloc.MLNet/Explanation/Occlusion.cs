namespace Subloc.MLNet.Explanation;

/// <summary>Finds what a model misses when residues are others.</summary>
internal static class Occlusion
{
    // Below what float32 can tell from 0 beside 1, so that certain predictions still differ.
    private const double Least = 1e-30;

    /// <summary>The importance of each residue, as <see cref="ExplanationMethod.Occlusion"/> says.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sequence">The residues.</param>
    /// <param name="whole">Probabilities for them.</param>
    /// <param name="classIndex">The class to explain.</param>
    /// <param name="options">Window and stride.</param>
    public static float[] Explain(ExplainedModel model, string sequence, IReadOnlyList<float> whole, int classIndex, ExplanationOptions options)
    {
        SeenResidues seen = model.SeenOf(sequence);
        int window = Math.Min(options.Window, seen.Count), stride = Math.Min(options.Stride, window);
        double before = LogOdds([.. whole], classIndex);
        var losses = new double[seen.Count];
        var windows = new int[seen.Count];
        model.Score(Variants(sequence, seen, BaselineProteins.Generate(options.Baselines, sequence.Length), (window, stride)), withAttention: false, (number, probabilities, _) =>
        {
            (int start, int end) = Place(number, seen.Count, window, stride);
            double loss = (before - LogOdds(probabilities, classIndex)) / (end - start);
            for (int i = start; i < end; i++)
            {
                losses[i] += loss;
                windows[i]++;
            }
        }, options.CancellationToken);

        var importance = new float[seen.Count];
        for (int i = 0; i < importance.Length; i++)
            importance[i] = (float)(losses[i] / windows[i]);
        return seen.Spread(importance);
    }

    /// <summary>ln(p / (1 - p)) of a class, exact also where it is almost certain.</summary>
    public static double LogOdds(ReadOnlySpan<float> probabilities, int classIndex)
    {
        double others = 0;
        for (int i = 0; i < probabilities.Length; i++)
            others += i == classIndex ? 0 : probabilities[i];
        return Math.Log(Math.Max(probabilities[classIndex], Least)) - Math.Log(Math.Max(others, Least));
    }

    // The first window holds the first residue only, the last one the last few, so that residues at the ends are in as many as others.
    private static (int Start, int End) Place(int number, int count, int window, int stride)
    {
        int start = 1 - window + number * stride;
        return (Math.Max(start, 0), Math.Min(start + window, count));
    }

    // Each window takes its residues from the next of the other proteins, so that those of one residue come from several.
    private static IEnumerable<string> Variants(string sequence, SeenResidues seen, string[] others, (int Window, int Stride) step)
    {
        int number = 0;
        for (int start = 1 - step.Window; start < seen.Count; start += step.Stride, number++)
        {
            (int first, int end) = Place(number, seen.Count, step.Window, step.Stride);
            yield return string.Create(sequence.Length, (sequence, seen, Other: others[number % others.Length], first, end), static (letters, state) =>
            {
                state.sequence.CopyTo(letters);
                for (int i = state.first; i < state.end; i++)
                {
                    int place = state.seen.IndexOf(i);
                    letters[place] = state.Other[place];
                }
            });
        }
    }
}
