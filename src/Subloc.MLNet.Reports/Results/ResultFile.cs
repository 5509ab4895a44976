using System.Text.Json;
using Subloc.MLNet.Reports.Pictures;

namespace Subloc.MLNet.Reports.Results;

/// <summary>A result that <c>subloc</c> wrote: the JSON of <c>crossvalidate</c>, <c>evaluate</c> or <c>predict</c>.</summary>
public sealed class ResultFile
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, MaxDepth = 32 };

    private ResultFile(ResultJson json, ResultKind kind)
    {
        (Json, Kind) = (json, kind);
        Data = json.Data is { ValueKind: JsonValueKind.Object } data ? data.Deserialize<ResultJson.DataJson>(_options) : null;
        if (Measured.ConfusionMatrix is { } matrix && (matrix.Rows.Count != matrix.Classes.Count || matrix.Rows.Any(row => row.Count != matrix.Classes.Count || row.Any(count => count < 0))))
            throw new JsonException($"the confusion matrix does not have a row and a column for each of its {matrix.Classes.Count} compartments");
        if (json.Calibration?.ClassOffsets is { Count: > 0 } offsets && Measured.ConfusionMatrix?.Classes.Count is { } classes && offsets.Count != classes)
            throw new JsonException($"there are {offsets.Count} class offsets for {classes} compartments");
        if (Data?.Lengths?.Bins?.Any(bin => bin.From < 1 || bin.Below <= bin.From) == true)
            throw new JsonException("a bin of lengths must begin at 1 or above, and end above its beginning");
    }

    /// <summary>What the result is of.</summary>
    public ResultKind Kind { get; }

    /// <summary>Proteins that were measured or predicted.</summary>
    public long Count => Measured.N ?? 0;

    /// <summary>The command that made the result; null where it was not recorded.</summary>
    public string? Command => Json.Command;

    /// <summary>The model, as the command named it; null for a cross-validation.</summary>
    public string? Model => Json.Model;

    internal ResultJson Json { get; }

    /// <summary>The metrics: of all folds together where there are folds.</summary>
    internal ResultJson Measured => Json.Pooled ?? Json;

    internal ResultJson.DataJson? Data { get; }

    /// <summary>The proteins' source.</summary>
    internal string DataName => Data?.Name ?? (Json.Data is { ValueKind: JsonValueKind.String } name ? name.GetString()! : "");

    /// <summary>Reads a result.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="name">What to call the file in messages.</param>
    /// <exception cref="InvalidDataException">It is no such result, or is damaged.</exception>
    public static ResultFile Parse(string json, string name)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            ResultJson result = JsonSerializer.Deserialize<ResultJson>(json, _options) ?? throw new JsonException("it is empty");
            ResultKind? kind = result switch
            {
                { Pooled: not null, Folds: not null, Summary: not null } => ResultKind.CrossValidation,
                { PerClass: not null, ConfusionMatrix: not null } => ResultKind.Evaluation,
                { Predicted: not null } => ResultKind.Prediction,
                _ => null,
            };
            return new ResultFile(result, kind ?? throw new InvalidDataException(
                $"{name}: this is not a result of 'subloc crossvalidate', 'evaluate' or 'predict'; make one with --json."));
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"{name}: the result cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>What can be said of predictions alone.</summary>
    /// <param name="proteins">The predictions.</param>
    /// <param name="name">Where they come from.</param>
    public static ResultFile Of(PredictedProteins proteins, string name)
    {
        ArgumentNullException.ThrowIfNull(proteins);
        var predicted = proteins.ClassNames.ToDictionary(one => one, _ => 0L);
        foreach (PredictedProtein protein in proteins.Rows.Where(protein => predicted.ContainsKey(protein.Predicted)))
            predicted[protein.Predicted]++;
        return new ResultFile(
            new ResultJson
            {
                N = proteins.Rows.Count,
                Predicted = predicted,
                Uncertain = proteins.Rows.Count - predicted.Values.Sum(),
                Data = JsonSerializer.SerializeToElement(name),
            },
            ResultKind.Prediction);
    }

    /// <summary>All pictures that the result, and its proteins, have the numbers for.</summary>
    /// <param name="proteins">The proteins one by one; null where they were not written.</param>
    public IReadOnlyList<Picture> DrawPictures(PredictedProteins? proteins = null)
    {
        var pictures = new List<Picture>();
        if (Measured.ConfusionMatrix is { Classes.Count: > 0 } matrix)
        {
            pictures.Add(ProteinPictures.ConfusionMatrix(matrix.Classes, matrix.Rows, isNormalized: true));
            pictures.Add(ProteinPictures.ConfusionMatrix(matrix.Classes, matrix.Rows));
        }

        if (proteins is { HasLabels: true, Rows.Count: > 0, ClassNames.Count: > 0 })
        {
            RankedProteins?[] ranks = [.. proteins.ClassNames.Select((name, index) => RankedProteins.Of(
                proteins.Rows.Select(protein => ((double)protein.Probabilities[index], protein.Label == name))))];
            pictures.Add(ProteinPictures.PrecisionRecall(proteins.ClassNames, ranks));
            pictures.Add(ProteinPictures.Roc(proteins.ClassNames, ranks));
        }

        if (Measured.ReliabilityBins is { Count: > 0 } bins)
            pictures.Add(ProteinPictures.Reliability(bins, Json.Calibration?.ReliabilityBins));
        TrainingCurve[] curves = [.. (Json.Folds ?? []).Where(fold => fold.History is { Count: > 0 })
            .Select(fold => new TrainingCurve(fold.Name, fold.History!, fold.BestEpoch))];
        if (curves.Length > 0)
            pictures.Add(ProteinPictures.TrainingCurves(curves));
        if (Composition() is { Count: > 0 } classes)
            pictures.Add(ProteinPictures.ClassComposition(classes, Kind == ResultKind.Prediction));
        if (Data?.Lengths is { Bins: { Count: > 0 } lengths, Median: var median })
            pictures.Add(ProteinPictures.Lengths(lengths, median));
        return pictures;
    }

    private List<KeyValuePair<string, int>>? Composition() =>
        Kind == ResultKind.Prediction ? Json.Predicted?.Select(one => KeyValuePair.Create(one.Key, (int)one.Value)).ToList() : Data?.Classes?.ToList();
}
