using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Subloc.MLNet.Reports.Html;
using Subloc.MLNet.Reports.Results;

namespace Subloc.MLNet.Reports.Tests;

/// <summary>Made-up reports, some with text that would run as script if it were not encoded.</summary>
public static class SampleReports
{
    public const string Script = "<script>window.wasRun = true</script>";
    public const string Attribute = "\"onload=\"window.wasRun=true\" x='";
    public const string EndOfBlock = "</script><script>window.wasRun = true</script><!--";

    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web);

    public static JsonObject CrossValidation() => new()
    {
        ["summary"] = new JsonObject { ["accuracy"] = new JsonObject { ["mean"] = 0.712, ["sd"] = 0.013, ["n"] = 4 }, ["macroF1"] = new JsonObject { ["mean"] = 0.61, ["sd"] = null, ["n"] = 4 } },
        ["pooled"] = Metrics(),
        ["folds"] = new JsonArray([.. Samples.Curves.Select(Fold)]),
        ["calibration"] = new JsonObject { ["temperature"] = 1.31, ["expectedCalibrationError"] = 0.012, ["logLoss"] = 0.9, ["reliabilityBins"] = Node(Samples.Bins(-0.01)) },
        ["complete"] = true,
        ["settings"] = new JsonObject { ["network"] = "cnn1", ["learning"] = new JsonObject { ["loss"] = EndOfBlock } },
        ["seed"] = 42,
        ["data"] = Data(),
        ["seconds"] = 732.5,
        ["command"] = "subloc crossvalidate --data 'a b.csv' --json result.json",
        ["versions"] = new JsonObject { ["Subloc.MLNet"] = "0.1.0" },
    };

    public static JsonObject Evaluation()
    {
        JsonObject json = Metrics();
        json["intervals"] = new JsonObject { ["level"] = 0.95, ["resamples"] = 1000, ["accuracy"] = new JsonArray(0.70, 0.72), ["macroF1"] = new JsonArray(0.6, 0.62), ["gorodkin"] = new JsonArray(null, null) };
        json["model"] = "model.onnx";
        json["data"] = Data();
        json["command"] = "subloc evaluate --data held-out.fasta";
        return json;
    }

    public static JsonObject Prediction() => new()
    {
        ["n"] = 3,
        ["model"] = "the pretrained model",
        ["data"] = "proteome.fasta",
        ["predicted"] = new JsonObject { ["Nucleus"] = 2, ["Plastid"] = 0 },
        ["uncertain"] = 1,
        ["seconds"] = 0.2,
        ["command"] = "subloc predict --input proteome.fasta",
    };

    /// <summary>Proteins with hostile names among them.</summary>
    public static PredictedProteins Proteins(int count, bool hasLabels = true)
    {
        var csv = new StringBuilder($"id,{(hasLabels ? "label,fold," : "")}predicted,probability,{string.Join(',', Samples.Classes)}\n");
        string[] names = [Script, Attribute, EndOfBlock, "P12345"];
        var random = new Random(2);
        for (int i = 0; i < count; i++)
        {
            string name = i < names.Length ? $"\"{names[i].Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : $"Q{i:00000}";
            int own = random.Next(10), predicted = random.NextDouble() < 0.7 ? own : random.Next(10);
            double[] shares = [.. Samples.Classes.Select((_, k) => k == predicted ? 0.55 : 0.05)];
            csv.Append(CultureInfo.InvariantCulture, $"{name},{(hasLabels ? $"{Samples.Classes[own]},partition {i % 4}," : "")}{Samples.Classes[predicted]},0.55,{string.Join(',', shares)}\n");
        }

        return PredictedProteins.Read(new MemoryStream(Encoding.UTF8.GetBytes(csv.ToString())), "proteins.csv");
    }

    /// <summary>A report of a cross-validation with all parts.</summary>
    public static HtmlReport Full(int proteins = 500) => new()
    {
        Result = ResultFile.Parse(CrossValidation().ToJsonString(), "result.json"),
        Title = $"Networks & {Script}",
        Proteins = Proteins(proteins),
        Explanations =
        [
            Samples.Protein() with { Motifs = [.. Samples.Protein().Motifs, new(EndOfBlock, 30, 35, Attribute)], Class = "Extracellular" },
            Samples.Protein(EndOfBlock) with { Class = Script, Method = Attribute },
        ],
        Card = [new("Purpose", [Script], ["name", Attribute], [[EndOfBlock, "0.5"]])],
    };

    private static JsonObject Metrics() => new()
    {
        ["n"] = 9832,
        ["accuracy"] = 0.711,
        ["macroAccuracy"] = 0.62,
        ["macroF1"] = 0.611,
        ["gorodkin"] = 0.655,
        ["logLoss"] = 0.95,
        ["expectedCalibrationError"] = 0.062,
        ["perClass"] = new JsonObject(Samples.Classes.Select((name, i) => KeyValuePair.Create(name, (JsonNode?)new JsonObject
        {
            ["n"] = Samples.Counts[i],
            ["predicted"] = Samples.Counts[9 - i],
            ["precision"] = 0.5 + (0.03 * i),
            ["recall"] = 0.8 - (0.03 * i),
            ["f1"] = 0.6,
            ["mcc"] = i == 3 ? null : 0.55,
        }))),
        ["confusionMatrix"] = new JsonObject { ["classes"] = Node(Samples.Classes), ["rows"] = Node(Samples.Confusion) },
        ["baselines"] = Baselines(),
        ["reliabilityBins"] = Node(Samples.Bins(-0.08)),
    };

    private static JsonObject Baselines() => new()
    {
        ["majority"] = new JsonObject { ["class"] = "Nucleus", ["accuracy"] = 0.297, ["macroAccuracy"] = 0.1, ["macroF1"] = 0.046, ["gorodkin"] = 0, ["logLoss"] = 1.9 },
        ["random"] = new JsonObject { ["class"] = null, ["accuracy"] = 0.18, ["macroAccuracy"] = 0.1, ["macroF1"] = 0.1, ["gorodkin"] = 0, ["logLoss"] = null },
    };

    private static JsonObject Fold(TrainingCurve curve) => new()
    {
        ["name"] = curve.Name,
        ["n"] = 2458,
        ["accuracy"] = 0.71,
        ["macroAccuracy"] = 0.6,
        ["macroF1"] = 0.61,
        ["gorodkin"] = 0.65,
        ["logLoss"] = 0.95,
        ["seconds"] = 180.2,
        ["epochs"] = curve.Epochs.Count,
        ["bestEpoch"] = curve.BestEpoch,
        ["baselines"] = Baselines(),
        ["history"] = Node(curve.Epochs),
    };

    private static JsonObject Data() => new()
    {
        ["name"] = $"a.csv, {Script}",
        ["synthetic"] = true,
        ["proteins"] = 13862,
        ["classes"] = new JsonObject(Samples.Classes.Zip(Samples.Counts, (name, count) => KeyValuePair.Create(name, (JsonNode?)count))),
        ["partitions"] = new JsonObject { ["0"] = 7000, ["1"] = 6862 },
        ["lengths"] = new JsonObject { ["shortest"] = 40, ["median"] = 434, ["longest"] = 34350, ["bins"] = Node(Samples.Lengths) },
    };

    private static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, _options);
}
