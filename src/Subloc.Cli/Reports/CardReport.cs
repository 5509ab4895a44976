using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Subloc.Cli.Display;
using Subloc.MLNet.Evaluation;
using Subloc.MLNet.Onnx.Cards;

namespace Subloc.Cli.Reports;

/// <summary>Model cards: made of the result of a cross-validation, and printed.</summary>
internal static class CardReport
{
    private static readonly string[] _limits =
    [
        "Decisions on the health or treatment of a person, or anything else where a wrong compartment does harm: it is a hint for research, to be checked by experiment.",
        "Proteins of bacteria, archaea and viruses, fragments, peptides and designed sequences: nothing of the kind was measured.",
        "Proteins of several compartments: it names one, and its probabilities are not shares of the protein.",
        "Telling isoforms or variants apart: it has seen too few pairs of them.",
    ];

    private static readonly Dictionary<string, string> _metricNames = new()
    {
        ["macroAccuracy"] = "macro accuracy",
        ["macroF1"] = "macro F1",
        ["gorodkin"] = "Gorodkin's correlation",
        ["logLoss"] = "log-loss",
    };

    /// <summary>Makes a card.</summary>
    /// <param name="result">The JSON result of a cross-validation.</param>
    /// <param name="file">Where it was read from.</param>
    /// <param name="texts">What it does not tell.</param>
    /// <exception cref="InvalidDataException">The result is of something else, or incomplete.</exception>
    public static ModelCard Make(JsonObject result, string file, CardTexts texts)
    {
        try
        {
            if (!(bool)result["complete"]!)
                throw new InvalidDataException($"{file}: the cross-validation did not finish; let it go on with --resume.");

            JsonObject pooled = result["pooled"]!.AsObject();
            return new ModelCard
            {
                Format = ModelCard.CurrentFormat,
                Name = texts.Name ?? (string)result["settings"]!["network"]!,
                Purpose = "Predicts from a protein's sequence alone in which of "
                    + Invariant($"{pooled["perClass"]!.AsObject().Count} compartments of a cell it resides, with a probability for each; for research on proteomes and for choosing experiments."),
                Data = texts.Data ?? DescribeData(result["data"]!),
                Folds = result["folds"]!.AsArray().ToDictionary(fold => (string)fold!["name"]!, fold => (int)fold!["n"]!),
                Method = texts.Method ?? DescribeMethod(result),
                Metrics = [.. result["summary"]!.AsObject().Select(metric => ReadMetric(metric.Key, metric.Value!, result["folds"]!.AsArray()))],
                Classes = ReadClasses(pooled),
                ConfusionMatrix = pooled["confusionMatrix"]!["rows"].Deserialize<int[][]>()!,
                Calibration = result["calibration"] is { } calibration ? ReadCalibration(calibration, pooled) : null,
                Speed = texts.Speed ?? "Not measured.",
                Limits = _limits,
                Licence = texts.Licence ?? "Not stated.",
            };
        }
        catch (Exception error) when (error is NullReferenceException or InvalidOperationException or JsonException or FormatException)
        {
            throw new InvalidDataException($"{file}: this is not the JSON result of 'subloc crossvalidate' of this version; run it again with --json.", error);
        }
    }

    /// <summary>Prints a card.</summary>
    public static void Print(Terminal terminal, ModelCard card)
    {
        foreach (CardSection section in card.ToSections())
        {
            terminal.Line();
            terminal.Line(section.Title.ToUpperInvariant());
            foreach (string line in section.Lines)
                terminal.Line(line);
            if (section.Headings.Count == 0)
                continue;

            var table = new ResultTable([.. section.Headings]);
            foreach (IReadOnlyList<string> row in section.Rows)
                table.Add([.. row]);
            terminal.Show(table);
        }
    }

    private static CardMetric ReadMetric(string name, JsonNode summary, JsonArray folds) => new(
        _metricNames.GetValueOrDefault(name, name),
        (double)summary["mean"]!,
        (double?)summary["sd"],
        folds.Average(fold => (double)fold!["baselines"]!["majority"]![name]!));

    private static CardClass[] ReadClasses(JsonObject pooled)
    {
        int[][] confusion = pooled["confusionMatrix"]!["rows"].Deserialize<int[][]>()!;
        return [.. pooled["perClass"]!.AsObject().Select((one, index) => new CardClass
        {
            Name = one.Key,
            Count = (int)one.Value!["n"]!,
            PredictedCount = (int)one.Value["predicted"]!,
            Precision = (double)one.Value["precision"]!,
            PrecisionInterval = ConfidenceInterval.OfShare(confusion[index][index], (int)one.Value["predicted"]!),
            Recall = (double)one.Value["recall"]!,
            RecallInterval = ConfidenceInterval.OfShare(confusion[index][index], (int)one.Value["n"]!),
            F1 = (double)one.Value["f1"]!,
        })];
    }

    private static CardCalibration ReadCalibration(JsonNode calibration, JsonObject pooled) => new(
        (double)calibration["temperature"]!,
        (double)pooled["expectedCalibrationError"]!,
        (double)calibration["expectedCalibrationError"]!,
        (double)calibration["logLoss"]!,
        [.. calibration["reliabilityBins"]!.AsArray().Select(bin => new ReliabilityBin(
            (double)bin!["lowerBound"]!, (double)bin["upperBound"]!, (int)bin["count"]!, (double)bin["confidence"]!, (double)bin["accuracy"]!))])
    {
        Offsets = calibration["classOffsets"].Deserialize<double[]>()!,
    };

    private static string DescribeData(JsonNode data) => (bool)data["synthetic"]!
        ? $"SYNTHETIC proteins, {data["proteins"]}: results say nothing about natural ones."
        : $"{data["name"]}: {data["proteins"]} proteins of {data["classes"]!.AsObject().Count} compartments, one each.";

    private static string DescribeMethod(JsonObject result)
    {
        JsonNode settings = result["settings"]!;
        bool isPartitioned = result["data"]!["partitions"]!.AsObject().Count > 0;
        JsonArray others = result["averagedWith"]!.AsArray();
        int members = (int)result["members"]! - others.Count;
        string network = members == 1 ? $"Network {settings["network"]}" : $"{members} networks {settings["network"]}, whose logits are averaged";
        return $"{network}, {settings["length"]} positions, {settings["epochs"]} epochs at most, {(members == 1 ? "seed" : "seeds from")} {result["seed"]}{(members == 1 ? "" : " on")}{(others.Count == 0 ? "" : $"; averaged with {string.Join(", ", others)}")}. "
            + (isPartitioned
                ? "Folds are whole homology partitions, so that no relative of a held-out protein was learned from."
                : "Folds were drawn at random, so relatives may stand on both sides, and results read too high.");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
