using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using CsvHelper;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.Cli.Reports;
using Subloc.MLNet;
using Subloc.MLNet.Evaluation;
using Subloc.MLNet.Reports.Results;
using Subloc.MLNet.Scoring;

namespace Subloc.Cli.Training;

/// <summary>True classes, predicted classes and probabilities of scored proteins.</summary>
/// <param name="classNames">The classes, in the order of the scores.</param>
internal sealed class Predictions(IReadOnlyList<string> classNames)
{
    private readonly List<string> _ids = [];
    private readonly List<int> _actual = [];
    private readonly List<int> _predicted = [];
    private readonly List<float> _probabilities = [];

    /// <summary>The classes, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames => classNames;

    /// <summary>Proteins read.</summary>
    public int Count => _actual.Count;

    /// <summary>Proteins left out because their label is no class of the model.</summary>
    public int Foreign { get; private set; }

    /// <summary>Reads scored proteins, whose label is a key of the same classes or text.</summary>
    public void Add(IDataView scored, CancellationToken cancellation)
    {
        DataViewSchema.Column label = scored.Schema[ColumnNames.Label];
        DataViewSchema.Column score = scored.Schema[ColumnNames.Score];
        DataViewSchema.Column id = scored.Schema[ColumnNames.Id];
        using DataViewRowCursor cursor = scored.GetRowCursor([id, label, score]);
        ValueGetter<ReadOnlyMemory<char>> readId = cursor.GetGetter<ReadOnlyMemory<char>>(id);
        ReadOnlyMemory<char> name = default;
        Func<int> readLabel = MakeLabelReader(cursor, label, classNames);
        ValueGetter<VBuffer<float>> readScores = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> scores = default;
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            int actual = readLabel();
            if (actual < 0)
            {
                Foreign++;
                continue;
            }

            readId(ref name);
            readScores(ref scores);
            _ids.Add(name.ToString());
            _actual.Add(actual);
            // Not PredictedLabel: a model may end with a transform that turns it into text.
            _predicted.Add(ScoreColumns.ArgMax(scores.GetValues()));
            _probabilities.AddRange(scores.GetValues());
        }
    }

    /// <summary>Accessions and labels of the proteins that predictions would be added of.</summary>
    public static IReadOnlyList<(string Id, string Label)> ReadProteins(IDataView proteins, IReadOnlyList<string> classNames, CancellationToken cancellation)
    {
        (DataViewSchema.Column id, DataViewSchema.Column label) = (proteins.Schema[ColumnNames.Id], proteins.Schema[ColumnNames.Label]);
        using DataViewRowCursor cursor = proteins.GetRowCursor([id, label]);
        ValueGetter<ReadOnlyMemory<char>> readId = cursor.GetGetter<ReadOnlyMemory<char>>(id);
        Func<int> readLabel = MakeLabelReader(cursor, label, classNames);
        ReadOnlyMemory<char> name = default;
        var rows = new List<(string, string)>();
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            readId(ref name);
            int actual = readLabel();
            if (actual >= 0)
                rows.Add((name.ToString(), classNames[actual]));
        }

        return rows;
    }

    /// <summary>The predictions of several folds together.</summary>
    public static Predictions Join(IReadOnlyList<string> classNames, IEnumerable<Predictions> folds)
    {
        var all = new Predictions(classNames);
        foreach (Predictions fold in folds)
        {
            all._ids.AddRange(fold._ids);
            all._actual.AddRange(fold._actual);
            all._predicted.AddRange(fold._predicted);
            all._probabilities.AddRange(fold._probabilities);
        }

        return all;
    }

    /// <summary>The predictions of all folds but one, together.</summary>
    public static Predictions JoinOthers(IReadOnlyList<string> classNames, IEnumerable<Predictions> folds, Predictions fold) =>
        Join(classNames, folds.Where(other => other != fold));

    /// <summary>What the mean of several networks' logits says of the same proteins: the normalised product of their probabilities' roots.</summary>
    /// <param name="networks">Predictions of each, in the same order; one stays as it is.</param>
    public static Predictions Average(IReadOnlyList<Predictions> networks)
    {
        if (networks.Count == 1)
            return networks[0];

        var mean = new float[networks[0]._probabilities.Count];
        int classes = networks[0].ClassNames.Count;
        for (int row = 0; row < mean.Length; row += classes)
        {
            Span<float> values = mean.AsSpan(row, classes);
            for (int k = 0; k < classes; k++)
            {
                int place = row + k;
                values[k] = (float)networks.Average(network => Math.Log(Math.Max(network._probabilities[place], float.Epsilon)));
            }

            TensorPrimitives.SoftMax(values, values);
        }

        return networks[0].WithProbabilities(mean);
    }

    /// <summary>The temperature at which these predictions are as sure, on average, as they are right.</summary>
    public double FitTemperature() =>
        TemperatureScaling.FitToAccuracy(CollectionsMarshal.AsSpan(_probabilities), CollectionsMarshal.AsSpan(_actual));

    /// <summary>The same predictions with the probabilities that another temperature gives.</summary>
    public Predictions WithTemperature(double temperature) =>
        WithProbabilities(TemperatureScaling.Apply(CollectionsMarshal.AsSpan(_probabilities), classNames.Count, temperature));

    /// <summary>The numbers that, added to each class's logit, serve accuracy and macro-F1.</summary>
    public double[] FitOffsets() =>
        ClassOffsets.FitToProbabilities(CollectionsMarshal.AsSpan(_probabilities), CollectionsMarshal.AsSpan(_actual));

    /// <summary>The same proteins with what offsets make of the predictions.</summary>
    public Predictions WithOffsets(IReadOnlyList<double> offsets) =>
        WithProbabilities(ClassOffsets.Apply(CollectionsMarshal.AsSpan(_probabilities), [.. offsets]));

    /// <summary>The same proteins with what was predicted for them elsewhere.</summary>
    public Predictions WithOthers(IEnumerable<PredictedProtein> others) => WithProbabilities([.. others.SelectMany(other => other.Probabilities)]);

    /// <summary>Proteins of each true class.</summary>
    public int CountOf(string className)
    {
        int index = classNames.ToList().IndexOf(className);
        return _actual.Count(actual => actual == index);
    }

    /// <summary>Writes the predictions as rows of CSV, below the heading that <see cref="LabelledCsv"/> writes.</summary>
    /// <param name="csv">Where to write.</param>
    /// <param name="fold">What held the proteins out; null writes no such column.</param>
    public void Write(CsvWriter csv, string? fold)
    {
        int classes = classNames.Count;
        for (int i = 0; i < _ids.Count; i++)
        {
            csv.WriteField(_ids[i]);
            csv.WriteField(classNames[_actual[i]]);
            if (fold is not null)
                csv.WriteField(fold);
            csv.WriteField(classNames[_predicted[i]]);
            csv.WriteField(_probabilities[(i * classes) + _predicted[i]]);
            for (int k = 0; k < classes; k++)
                csv.WriteField(_probabilities[(i * classes) + k]);
            csv.EndRecord();
        }
    }

    /// <summary>Measures the predictions.</summary>
    public LocalizationMetrics Measure(LocalizationEvaluationOptions options) => LocalizationMetrics.From(
        CollectionsMarshal.AsSpan(_actual), CollectionsMarshal.AsSpan(_predicted), CollectionsMarshal.AsSpan(_probabilities), classNames, options);

    private Predictions WithProbabilities(float[] probabilities)
    {
        var changed = new Predictions(classNames);
        changed._ids.AddRange(_ids);
        changed._actual.AddRange(_actual);
        changed._probabilities.AddRange(probabilities);
        for (int row = 0; row < probabilities.Length; row += classNames.Count)
            changed._predicted.Add(ScoreColumns.ArgMax(probabilities.AsSpan(row, classNames.Count)));
        return changed;
    }

    private static Func<int> MakeLabelReader(DataViewRow row, DataViewSchema.Column label, IReadOnlyList<string> classNames)
    {
        if (label.Type is KeyDataViewType)
        {
            ValueGetter<uint> readKey = row.GetGetter<uint>(label);
            uint key = 0;
            return () =>
            {
                readKey(ref key);
                return (int)key - 1;
            };
        }

        var classes = classNames.Select((name, index) => KeyValuePair.Create(name, index)).ToDictionary();
        ValueGetter<ReadOnlyMemory<char>> readText = row.GetGetter<ReadOnlyMemory<char>>(label);
        ReadOnlyMemory<char> text = default;
        return () =>
        {
            readText(ref text);
            return classes.GetValueOrDefault(text.ToString(), -1);
        };
    }
}
