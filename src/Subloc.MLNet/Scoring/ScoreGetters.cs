using Microsoft.ML;
using Microsoft.ML.Data;

namespace Subloc.MLNet.Scoring;

/// <summary>Getters of the columns that a network adds.</summary>
internal static class ScoreGetters
{
    /// <summary>Gives the current row's scores, or its attention.</summary>
    public delegate ReadOnlySpan<float> CurrentScores();

    /// <summary>The key of the largest score.</summary>
    public static ValueGetter<uint> PredictedLabel(Action prepare, CurrentScores scores) => (ref uint value) =>
    {
        prepare();
        value = (uint)ScoreColumns.ArgMax(scores()) + 1;
    };

    /// <summary>All scores, or all of the attention.</summary>
    public static ValueGetter<VBuffer<float>> Vector(Action prepare, CurrentScores scores) => (ref VBuffer<float> value) =>
    {
        prepare();
        ReadOnlySpan<float> current = scores();
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, current.Length);
        current.CopyTo(editor.Values);
        value = editor.Commit();
    };
}
