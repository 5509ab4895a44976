using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Subloc.Cli.Data;
using Subloc.Cli.Failures;
using Subloc.Cli.Files;
using Subloc.MLNet.Evaluation;
using Subloc.MLNet.Onnx.Cards;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Export;

namespace Subloc.Cli.Commands;

/// <summary><c>subloc export</c>.</summary>
internal sealed class ExportCommand : DocumentedCommand
{
    private readonly Option<string[]> _models = new("--model", "-m")
    {
        Description = "The model file; several are averaged into one.",
        HelpName = "MODEL",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _output = new("--output", "-o") { Description = "The ONNX file to write.", HelpName = "FILE", Required = true };
    private readonly ChoiceOption _precision = new("--precision", ["float32", "int8"], "What the exported network calculates with; int8 is faster, and needs --data.");
    private readonly DataOptions _data;

    private readonly ChoiceOption _weights = new("--weights", ["float32", "int16", "int8"],
        "How the file keeps its weights: 32 bits each, or 16 in half the file, which hardly changes scores, or 8 in a quarter of it. None is slower.");

    private readonly RealNumberOption _temperature = new("--temperature", value => value is >= TemperatureScaling.Least and <= TemperatureScaling.Greatest,
        "from 0.01 to 100", "What logits are divided by before the softmax, so that probabilities are as large as they are right. Default: the card's, else 1.");

    private readonly Option<string?> _card = new("--card") { Description = "A model card to put into the file, as 'subloc card' makes it.", HelpName = "JSON" };

    private readonly RunOptions _run;

    public ExportCommand(CommandHost host)
        : base("export", "Writes a model as an ONNX file, for programs without libtorch and in other languages.",
            """
            In: a model, or several of the same compartments, length and encoding, whose logits are averaged. Out: an ONNX file, which alone is
            enough to score proteins. Its inputs are tokens (or features and mask, where the model was trained on channels), its output is
            probabilities; any number of proteins of any length up to the model's is one batch. Compartments, alphabet and all else that
            scoring needs stand in its metadata.

            With --precision int8, convolutions, LSTM layers and dense layers of single positions calculate with bytes. How large features get is
            measured on some proteins, such as those that the network was trained on; the first 256 are read, and no label. Measure the accuracy
            of such a file with subloc evaluate. --weights then says how the weights of the other layers are kept.

            Examples: subloc export --model model.zip --output model.onnx
                      subloc export --model model.zip --output small.onnx --precision int8 --data training.csv
                      subloc export --model fold1.zip fold2.zip fold3.zip --output average.onnx --weights int16
            """)
    {
        Add(_models);
        Add(_output);
        Add(_precision);
        _data = new DataOptions(this, isLabelled: false, new Option<string[]>("--data") { Description = "Files with proteins to measure on; for --precision int8." });
        Add(_weights);
        Add(_temperature);
        Add(_card);
        _run = new RunOptions(this, computes: false);
        SetAction(request => host.Run(_run.IsQuiet(request), session => Export(request, session)));
    }

    private void Export(ParseResult request, Session session)
    {
        string name = request.GetValue(_output)!;
        var precision = Enum.Parse<OnnxPrecision>(request.GetValue(_precision)!, ignoreCase: true);
        DataRequest data = _data.Read(request);
        if (precision == OnnxPrecision.Int8 != data.Files.Count > 0)
            throw new RequestException("--precision int8 needs --data, files with proteins to measure on, and nothing else does.");
        OutputFile output = OutputFile.Prepare(name);
        string[] files = request.GetValue(_models)!;
        JsonFile json = _run.Json(request, [.. files, .. data.Files, .. request.GetValue(_card) is { } cardFile ? (string[])[cardFile] : []], name);
        ModelCard? card = ReadCard(request.GetValue(_card));
        var context = new MLContext(0);
        using var models = new LoadedModels(context, files);
        ModelDescription network = models[0].Description;
        var options = new ProteinOnnxExportOptions
        {
            Weights = Enum.Parse<WeightStorage>(request.GetValue(_weights)!, ignoreCase: true),
            Temperature = request.GetValue(_temperature) ?? card?.Calibration?.Temperature ?? 1,
            ClassOffsets = card?.Calibration?.Offsets ?? [],
            Card = card,
            Precision = precision,
            Calibration = data.Files.Count > 0 ? ProteinSource.Open(context, data).View : null,
        };
        CheckClasses(card, models[0]);
        long bytes = 0;
        output.Write(stream =>
        {
            ProteinModelExport.ExportAverageToOnnx([.. models.Select(model => model.Pipeline)], stream, options);
            bytes = stream.CanSeek ? stream.Position : 0;
        });

        session.Terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {Describe(models)} with {network.ClassNames.Count} compartments, {bytes / 1e6:F1} MB, {request.GetValue(_precision)}, ONNX operator set {OnnxGraph.OperatorSet}."));
        json.Write(new JsonObject
        {
            ["model"] = files[0],
            ["models"] = JsonFile.Node(files),
            ["output"] = name,
            ["network"] = network.Network,
            ["bytes"] = bytes,
            ["precision"] = request.GetValue(_precision),
            ["weights"] = JsonFile.Node(options.Weights),
            ["temperature"] = options.Temperature,
            ["classOffsets"] = JsonFile.Node(options.ClassOffsets),
            ["operatorSet"] = OnnxGraph.OperatorSet,
        });
    }

    private static string Describe(LoadedModels models)
    {
        string kinds = string.Join(" and ", models.Select(model => model.Description.Network).Distinct());
        return models.Count == 1 ? kinds : $"the average of {models.Count} networks ({kinds})";
    }

    private static ModelCard? ReadCard(string? file)
    {
        if (file is null)
            return null;
        if (!File.Exists(file))
            throw new RequestException($"{file}: there is no such model card; make one with 'subloc card'.");
        return ModelCard.Parse(File.ReadAllText(file), file);
    }

    private static void CheckClasses(ModelCard? card, LoadedModel model)
    {
        if (card is not null && !card.Classes.Select(one => one.Name).SequenceEqual(model.Description.ClassNames))
            throw new InvalidDataException($"{model.Path}: the model card is of a model with other compartments ({string.Join(", ", card.Classes.Select(one => one.Name))}).");
    }
}
