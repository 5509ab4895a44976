using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.Benchmarks.Measuring;
using Subloc.MLNet;

namespace Subloc.Benchmarks.Runtimes;

/// <summary>A way to score, from a FASTA file to a CSV file.</summary>
/// <param name="model">Reads encoded proteins.</param>
/// <param name="column">Column of the scores.</param>
/// <param name="proteins">Proteins of a window, read from their file and encoded whenever they are scored.</param>
/// <param name="count">How many they are.</param>
internal sealed class RuntimeContender(ITransformer model, string column, IDataView proteins, int count) : IDisposable
{
    private readonly List<double> _speeds = [];

    /// <summary>Proteins a second of each window.</summary>
    public IReadOnlyList<double> Speeds => _speeds;

    /// <summary>Scores a window.</summary>
    /// <param name="csv">The file to write: accession and scores.</param>
    /// <param name="counts">Whether its time counts.</param>
    public void Score(string csv, bool counts = true)
    {
        Lap start = Lap.Now;
        int rows;
        using (var writer = new StreamWriter(csv))
            rows = Write(writer);

        if (rows != count)
            throw new InvalidOperationException($"{rows} proteins were scored where {count} were given.");
        if (counts)
            _speeds.Add(count / (Lap.Now - start).Seconds);
    }

    public void Dispose() => (model as IDisposable)?.Dispose();

    private int Write(StreamWriter writer)
    {
        IDataView scored = model.Transform(proteins);
        DataViewSchema.Column names = scored.Schema[ColumnNames.Id], scores = scored.Schema[column];
        using DataViewRowCursor cursor = scored.GetRowCursor([names, scores]);
        ValueGetter<ReadOnlyMemory<char>> readName = cursor.GetGetter<ReadOnlyMemory<char>>(names);
        ValueGetter<VBuffer<float>> readScores = cursor.GetGetter<VBuffer<float>>(scores);
        ReadOnlyMemory<char> name = default;
        VBuffer<float> values = default;
        int rows = 0;
        for (; cursor.MoveNext(); rows++)
        {
            readName(ref name);
            readScores(ref values);
            writer.Write(name);
            foreach (float value in values.DenseValues())
                writer.Write(string.Create(CultureInfo.InvariantCulture, $",{value}"));
            writer.WriteLine();
        }

        return rows;
    }
}
