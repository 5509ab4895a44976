namespace Subloc.Cli.Training;

/// <summary>Which class a network predicts, told by its scores alone.</summary>
/// <remarks>The predicted label is not read: a model may end with a transform that turns it into text.</remarks>
internal static class PredictedClass
{
    /// <summary>The class of the largest score, the first one of equals.</summary>
    public static int Of(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
                best = i;
        }

        return best;
    }
}
