using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.Benchmarks.Measuring;

namespace Subloc.Benchmarks.Runtimes;

/// <summary>A way to score, from sequences in a data view to scores that are read row by row.</summary>
/// <param name="model">Reads encoded proteins.</param>
/// <param name="column">Column of the scores.</param>
/// <param name="proteins">Proteins of a window, encoded whenever they are read.</param>
/// <param name="count">How many they are.</param>
internal sealed class RuntimeContender(ITransformer model, string column, IDataView proteins, int count) : IDisposable
{
    private readonly List<double> _speeds = [];

    /// <summary>Proteins a second of each window.</summary>
    public IReadOnlyList<double> Speeds => _speeds;

    /// <summary>Scores a window.</summary>
    /// <param name="counts">Whether its time counts.</param>
    public void Score(bool counts = true)
    {
        IDataView scored = model.Transform(proteins);
        Lap start = Lap.Now;
        DataViewSchema.Column scores = scored.Schema[column];
        using DataViewRowCursor cursor = scored.GetRowCursor([scores]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(scores);
        VBuffer<float> value = default;
        int rows = 0;
        for (; cursor.MoveNext(); rows++)
            getter(ref value);

        if (rows != count)
            throw new InvalidOperationException($"{rows} proteins were scored where {count} were given.");
        if (counts)
            _speeds.Add(count / (Lap.Now - start).Seconds);
    }

    public void Dispose() => (model as IDisposable)?.Dispose();
}
