using Microsoft.ML;
using Microsoft.ML.Data;

namespace Subloc.MLNet.TorchSharp.Scoring;

/// <summary>Getters of the columns that a network adds.</summary>
internal static class ScoreGetters
{
    /// <summary>Gives the current row's scores.</summary>
    public delegate ReadOnlySpan<float> CurrentScores();

    /// <summary>The key of the largest score.</summary>
    public static ValueGetter<uint> PredictedLabel(Action prepare, CurrentScores scores) => (ref uint value) =>
    {
        prepare();
        value = (uint)ScoreColumns.ArgMax(scores()) + 1;
    };

    /// <summary>All scores.</summary>
    public static ValueGetter<VBuffer<float>> Score(Action prepare, CurrentScores scores) => (ref VBuffer<float> value) =>
    {
        prepare();
        ReadOnlySpan<float> current = scores();
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, current.Length);
        current.CopyTo(editor.Values);
        value = editor.Commit();
    };
}
