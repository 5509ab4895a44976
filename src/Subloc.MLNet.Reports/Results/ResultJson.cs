using System.Text.Json;
using System.Text.Json.Serialization;
using Subloc.MLNet.Evaluation;

namespace Subloc.MLNet.Reports.Results;

/// <summary>The JSON of all kinds of results; what a kind, or an older version, lacks is null.</summary>
internal sealed record ResultJson
{
    public long? N { get; init; }

    public double? Accuracy { get; init; }

    public double? MacroAccuracy { get; init; }

    public double? MacroF1 { get; init; }

    public double? Gorodkin { get; init; }

    public double? LogLoss { get; init; }

    public double? ExpectedCalibrationError { get; init; }

    public Dictionary<string, ClassJson>? PerClass { get; init; }

    public ConfusionJson? ConfusionMatrix { get; init; }

    public Dictionary<string, BaselineJson>? Baselines { get; init; }

    public Dictionary<string, JsonElement>? Intervals { get; init; }

    public IReadOnlyList<ReliabilityBin>? ReliabilityBins { get; init; }

    public Dictionary<string, SpreadJson>? Summary { get; init; }

    public ResultJson? Pooled { get; init; }

    public IReadOnlyList<FoldJson>? Folds { get; init; }

    public CalibrationJson? Calibration { get; init; }

    public bool? Complete { get; init; }

    public JsonElement? Settings { get; init; }

    public JsonElement? Data { get; init; }

    public string? Model { get; init; }

    public Dictionary<string, long>? Predicted { get; init; }

    public long? Uncertain { get; init; }

    public long? Skipped { get; init; }

    public double? Seconds { get; init; }

    public string? Command { get; init; }

    public Dictionary<string, string>? Versions { get; init; }

    /// <summary>A metric by its name in JSON.</summary>
    public double? this[string metric] => metric switch
    {
        "accuracy" => Accuracy,
        "macroAccuracy" => MacroAccuracy,
        "macroF1" => MacroF1,
        "gorodkin" => Gorodkin,
        "logLoss" => LogLoss,
        _ => null,
    };

    internal sealed record ClassJson(int N, int Predicted, double? Precision, double? Recall, double? F1, double? Mcc);

    internal sealed record ConfusionJson([property: JsonRequired] IReadOnlyList<string> Classes, [property: JsonRequired] IReadOnlyList<IReadOnlyList<int>> Rows);

    internal sealed record SpreadJson(double? Mean, double? Sd, int N);

    internal sealed record BaselineJson(string? Class, double? Accuracy, double? MacroAccuracy, double? MacroF1, double? Gorodkin, double? LogLoss)
    {
        public double? this[string metric] => new ResultJson
        {
            Accuracy = Accuracy,
            MacroAccuracy = MacroAccuracy,
            MacroF1 = MacroF1,
            Gorodkin = Gorodkin,
            LogLoss = LogLoss,
        }[metric];
    }

    internal sealed record FoldJson(
        [property: JsonRequired] string Name, int N, double? Accuracy, double? MacroAccuracy, double? MacroF1, double? Gorodkin, double? LogLoss, double? Seconds,
        int Epochs, int BestEpoch, Dictionary<string, BaselineJson>? Baselines, IReadOnlyList<EpochPoint>? History);

    internal sealed record CalibrationJson(
        double Temperature, double? ExpectedCalibrationError, double? LogLoss, IReadOnlyList<ReliabilityBin>? ReliabilityBins, IReadOnlyList<double>? ClassOffsets);

    internal sealed record DataJson([property: JsonRequired] string Name, bool Synthetic, int Proteins, Dictionary<string, int>? Classes, Dictionary<string, int>? Partitions, LengthsJson? Lengths);

    internal sealed record LengthsJson(int Shortest, int Median, int Longest, IReadOnlyList<LengthBin>? Bins);
}
