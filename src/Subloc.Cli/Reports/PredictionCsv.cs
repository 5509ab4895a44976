using CsvHelper;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet;
using Subloc.MLNet.Scoring;

namespace Subloc.Cli.Reports;

/// <summary>Writes predictions as CSV, a row at a time.</summary>
/// <param name="classNames">The classes, in the order of the scores.</param>
internal sealed class PredictionCsv(IReadOnlyList<string> classNames)
{
    private readonly long[] _counts = new long[classNames.Count];

    /// <summary>Proteins written.</summary>
    public long Rows => _counts.Sum();

    /// <summary>Proteins predicted to be of each class.</summary>
    public IReadOnlyDictionary<string, long> Counts => classNames.Zip(_counts).ToDictionary(pair => pair.First, pair => pair.Second);

    /// <summary>Writes the heading and all proteins.</summary>
    public void Write(TextWriter writer, IDataView scored, CancellationToken cancellation)
    {
        using CsvWriter csv = CsvWriter.Create(writer, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        csv.WriteHeader(["id", "predicted", "probability", .. classNames]);

        DataViewSchema.Column id = scored.Schema[ColumnNames.Id];
        DataViewSchema.Column score = scored.Schema[ColumnNames.Score];
        using DataViewRowCursor cursor = scored.GetRowCursor([id, score]);
        ValueGetter<ReadOnlyMemory<char>> readId = cursor.GetGetter<ReadOnlyMemory<char>>(id);
        ValueGetter<VBuffer<float>> readScores = cursor.GetGetter<VBuffer<float>>(score);
        ReadOnlyMemory<char> name = default;
        VBuffer<float> scores = default;
        try
        {
            while (cursor.MoveNext())
            {
                cancellation.ThrowIfCancellationRequested();
                readId(ref name);
                readScores(ref scores);
                WriteRow(csv, name.Span, scores.GetValues());
            }
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException($"Cancelled after {Rows} proteins.", cancellation);
        }
    }

    private void WriteRow(CsvWriter csv, ReadOnlySpan<char> id, ReadOnlySpan<float> scores)
    {
        // Not PredictedLabel: a model may end with a transform that turns it into text.
        int predicted = ScoreColumns.ArgMax(scores);
        _counts[predicted]++;
        csv.WriteField(id);
        csv.WriteField(classNames[predicted]);
        csv.WriteField(scores[predicted]);
        foreach (float score in scores)
            csv.WriteField(score);
        csv.EndRecord();
    }
}
