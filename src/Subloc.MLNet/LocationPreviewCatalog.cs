using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Data;
using Subloc.MLNet.Evaluation;
using Subloc.MLNet.Scoring;

namespace Subloc.MLNet;

/// <summary>Looks at scored proteins: an extension method on <c>mlContext.Data</c>.</summary>
public static class LocationPreviewCatalog
{
    /// <summary>Reads the first scored proteins: identifier, known and predicted compartment, probabilities.</summary>
    /// <param name="catalog">The data operations of an ML.NET context.</param>
    /// <param name="scored">
    /// What a model's <c>Transform</c> returns: PredictedLabel (Text or a key with text values), Score
    /// (<c>Vector&lt;Single, compartments&gt;</c>); Id (Text) and Label (Text or key) where there are such columns.
    /// </param>
    /// <param name="maxRows">How many at most; at least 1.</param>
    /// <returns>The proteins, in their order. A notebook shows them as a table; as text they are a line each.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or fewer than one row is asked for.</exception>
    public static LocatedProteins PreviewLocations(this DataOperationsCatalog catalog, IDataView scored, int maxRows = 20)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(scored);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, 1);
        DataViewSchema.Column predicted = ScoredRows.ClassColumn(scored.Schema, ColumnNames.PredictedLabel);
        DataViewSchema.Column score = ScoredRows.ScoreColumn(scored.Schema, ColumnNames.Score);
        string[] classNames = ScoredRows.ClassNamesOf(score, predicted);
        DataViewSchema.Column? id = scored.Schema.GetColumnOrNull(ColumnNames.Id), label = scored.Schema.GetColumnOrNull(ColumnNames.Label);

        using DataViewRowCursor cursor = scored.GetRowCursor(
            new[] { predicted, score, id, label }.Where(column => column.HasValue).Select(column => column!.Value));
        Func<string> nextId = TextGetter(cursor, id), nextLabel = TextGetter(cursor, label), nextPredicted = TextGetter(cursor, predicted);
        ValueGetter<VBuffer<float>> scoreGetter = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> scores = default;
        var proteins = new List<LocatedProtein>();
        while (proteins.Count < maxRows && cursor.MoveNext())
        {
            scoreGetter(ref scores);
            proteins.Add(new LocatedProtein
            {
                Id = nextId(),
                Label = nextLabel() is { Length: > 0 } known ? known : null,
                PredictedLabel = nextPredicted(),
                Probabilities = [.. classNames.Zip(scores.DenseValues(), KeyValuePair.Create).OrderByDescending(one => one.Value)],
            });
        }

        return new LocatedProteins(proteins);
    }

    // Empty texts where there is no such column or no value.
    private static Func<string> TextGetter(DataViewRow row, DataViewSchema.Column? column)
    {
        if (column is not { } found)
            return () => "";
        if (found.Type is TextDataViewType)
        {
            ValueGetter<ReadOnlyMemory<char>> getText = row.GetGetter<ReadOnlyMemory<char>>(found);
            ReadOnlyMemory<char> text = default;
            return () =>
            {
                getText(ref text);
                return text.ToString();
            };
        }

        string[] values = ScoredRows.KeyValuesOf(found);
        ValueGetter<ulong> getKey = UnsignedColumn.GetGetter(row, found);
        return () =>
        {
            ulong key = 0;
            getKey(ref key);
            return key == 0 ? "" : values[key - 1];
        };
    }
}
