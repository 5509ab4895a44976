using CsvHelper;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet;
using Subloc.MLNet.Scoring;
using Subloc.MLNet.Transforms.Decisions;

namespace Subloc.Cli.Reports;

/// <summary>Writes predictions as CSV, a row at a time.</summary>
/// <param name="classNames">The classes, in the order of the scores.</param>
/// <param name="top">How many of the most probable classes to name, 1 to 3.</param>
/// <param name="threshold">Probability below which a protein is called uncertain; 0 never.</param>
internal sealed class PredictionCsv(IReadOnlyList<string> classNames, int top = 1, float threshold = 0)
{
    private static readonly string[] _next = ["second", "second_probability", "third", "third_probability"];

    private readonly long[] _counts = new long[classNames.Count];
    private readonly int _top = Math.Min(top, classNames.Count);

    /// <summary>Proteins written.</summary>
    public long Rows => _counts.Sum() + Uncertain;

    /// <summary>Proteins called uncertain.</summary>
    public long Uncertain { get; private set; }

    /// <summary>Proteins predicted to be of each class.</summary>
    public IReadOnlyDictionary<string, long> Counts => classNames.Zip(_counts).ToDictionary(pair => pair.First, pair => pair.Second);

    /// <summary>Writes the heading and all proteins.</summary>
    public void Write(TextWriter writer, IDataView scored, CancellationToken cancellation)
    {
        using CsvWriter csv = CsvWriter.Create(writer, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        csv.WriteHeader(["id", "predicted", "probability", .. _next[..(2 * (_top - 1))], .. classNames]);

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
        csv.WriteField(id);
        if (scores[predicted] < threshold)
        {
            Uncertain++;
            csv.WriteField(LocalizationDecisionOptions.Uncertain);
        }
        else
        {
            _counts[predicted]++;
            csv.WriteField(classNames[predicted]);
        }

        csv.WriteField(scores[predicted]);
        WriteNext(csv, scores, predicted);
        foreach (float score in scores)
            csv.WriteField(score);
        csv.EndRecord();
    }

    // Of equally probable classes the first comes first, as for the prediction itself.
    private void WriteNext(CsvWriter csv, ReadOnlySpan<float> scores, int predicted)
    {
        int last = predicted;
        for (int place = 1; place < _top; place++)
        {
            int next = -1;
            for (int k = 0; k < scores.Length; k++)
            {
                bool isLater = scores[k] < scores[last] || (scores[k] == scores[last] && k > last);
                if (isLater && (next < 0 || scores[k] > scores[next]))
                    next = k;
            }

            csv.WriteField(classNames[next]);
            csv.WriteField(scores[next]);
            last = next;
        }
    }
}
