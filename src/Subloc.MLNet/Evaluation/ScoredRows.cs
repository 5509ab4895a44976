using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Data;
using Subloc.MLNet.FirstClass;

namespace Subloc.MLNet.Evaluation;

/// <summary>Labels, predictions and scores of one or more data views, by the names of the classes, in compact lists.</summary>
internal sealed class ScoredRows(LocalizationEvaluationOptions options)
{
    private readonly List<int> _actual = [];
    private readonly List<int> _predicted = [];
    private readonly List<float> _scores = [];
    private string[]? _classNames;

    public LocalizationMetrics Measure()
    {
        if (_actual.Count == 0)
            throw DataColumns.Mismatch("There are no rows to evaluate.");

        ReadOnlySpan<int> actual = CollectionsMarshal.AsSpan(_actual);
        ReadOnlySpan<int> predicted = CollectionsMarshal.AsSpan(_predicted);
        ReadOnlySpan<float> scores = CollectionsMarshal.AsSpan(_scores);
        return LocalizationMetrics.From(actual, predicted, scores, _classNames!, options);
    }

    /// <summary>Reads all rows in one pass.</summary>
    public void Add(IDataView data)
    {
        DataViewSchema.Column label = ClassColumn(data.Schema, options.LabelColumnName);
        DataViewSchema.Column predictedLabel = ClassColumn(data.Schema, options.PredictedLabelColumnName);
        DataViewSchema.Column score = ScoreColumn(data.Schema, options.ScoreColumnName);
        string[] names = ClassNamesOf(score, label);
        _classNames ??= names;
        if (!names.SequenceEqual(_classNames))
            throw DataColumns.Mismatch($"Column '{score.Name}' has other classes than the folds before; map the label before folding.");

        using DataViewRowCursor cursor = data.GetRowCursor([label, predictedLabel, score]);
        Func<int> nextActual = ClassGetter(cursor, label, names);
        Func<int> nextPredicted = ClassGetter(cursor, predictedLabel, names);
        ValueGetter<VBuffer<float>> scoreGetter = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> scores = default;
        while (cursor.MoveNext())
        {
            _actual.Add(nextActual());
            _predicted.Add(nextPredicted());
            scoreGetter(ref scores);
            CheckFinite(scores, cursor.Position, score.Name);
            _scores.AddRange(scores.DenseValues());
        }
    }

    private static void CheckFinite(in VBuffer<float> scores, long row, string name)
    {
        foreach (float value in scores.GetValues())
            if (!float.IsFinite(value))
                throw new InvalidDataException($"Row {row} holds {value} in column '{name}'; every score must be a finite number.");
    }

    // Classes are matched by name, because the keys of a model and those of newly loaded data need not agree.
    private static Func<int> ClassGetter(DataViewRow row, DataViewSchema.Column column, string[] names) =>
        column.Type is TextDataViewType ? TextGetter(row, column, names) : KeyGetter(row, column, names);

    private static Func<int> TextGetter(DataViewRow row, DataViewSchema.Column column, string[] names)
    {
        Dictionary<string, int> classes = names.Index().ToDictionary(one => one.Item, one => one.Index);
        var lookup = classes.GetAlternateLookup<ReadOnlySpan<char>>();
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        return () =>
        {
            getter(ref text);
            if (text.IsEmpty)
                throw Missing(row, column);
            return lookup.TryGetValue(text.Span, out int index) ? index : throw Foreign(row, column, text.ToString());
        };
    }

    private static Func<int> KeyGetter(DataViewRow row, DataViewSchema.Column column, string[] names)
    {
        string[] keyValues = KeyValuesOf(column);
        int[] classes = [.. keyValues.Select(value => Array.IndexOf(names, value))];
        ValueGetter<ulong> getter = UnsignedColumn.GetGetter(row, column);
        return () =>
        {
            ulong key = 0;
            getter(ref key);
            if (key == 0)
                throw Missing(row, column);

            int index = classes[key - 1];
            return index >= 0 ? index : throw Foreign(row, column, keyValues[key - 1]);
        };
    }

    private static InvalidDataException Missing(DataViewRow row, DataViewSchema.Column column) =>
        new($"Row {row.Position} has no value in column '{column.Name}'; drop such rows first.");

    private static InvalidDataException Foreign(DataViewRow row, DataViewSchema.Column column, string name) =>
        new($"Row {row.Position} has '{name}' in column '{column.Name}', but the scores have no such class.");

    /// <summary>Names of the classes: of the score's slots, else the keys of the label.</summary>
    public static string[] ClassNamesOf(DataViewSchema.Column score, DataViewSchema.Column label)
    {
        int size = score.Type.GetVectorSize();
        if (score.HasSlotNames())
        {
            VBuffer<ReadOnlyMemory<char>> slots = default;
            score.GetSlotNames(ref slots);
            return [.. slots.DenseValues().Select(name => name.ToString())];
        }

        string[] keyValues = KeyValuesOf(label);
        return keyValues.Length == size
            ? keyValues
            : throw DataColumns.Mismatch($"Column '{score.Name}' has {size} scores without names, but '{label.Name}' has {keyValues.Length} classes.");
    }

    /// <summary>Texts of a key column's values.</summary>
    public static string[] KeyValuesOf(DataViewSchema.Column column)
    {
        if (!column.HasKeyValues(TextDataViewType.Instance))
            throw DataColumns.Mismatch($"Column '{column.Name}' must be a key with text values; map a text column with MapValueToKey.");

        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }

    /// <summary>A column that names a class.</summary>
    public static DataViewSchema.Column ClassColumn(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.Require(name);
        return column.Type is KeyDataViewType or TextDataViewType
            ? column
            : throw DataColumns.Mismatch($"Column '{name}' must be a key or Text but is {column.Type}.");
    }

    /// <summary>A column with a score for each class.</summary>
    public static DataViewSchema.Column ScoreColumn(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.Require(name);
        return column.Type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType.Equals(NumberDataViewType.Single)
            ? column
            : throw DataColumns.Mismatch($"Column '{name}' must be a vector of Single of known size but is {column.Type}.");
    }
}
