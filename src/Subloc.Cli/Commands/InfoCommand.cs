using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Subloc.Cli.Data;
using Subloc.Cli.Display;
using Subloc.Cli.Files;
using Subloc.Cli.Reports;
using Subloc.MLNet.Evaluation;
using Subloc.MLNet.Onnx.Cards;
using Subloc.MLNet.Onnx.Embeddings;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Cli.Commands;

/// <summary><c>subloc info</c>.</summary>
internal sealed class InfoCommand : DocumentedCommand
{
    private readonly ModelOptions _model;

    private readonly Option<string?> _markdown = new("--markdown")
    {
        Description = "Also write the model card as Markdown to this file.",
        HelpName = "FILE",
    };

    private readonly RunOptions _run;

    public InfoCommand(CommandHost host)
        : base("info", "Says what a model is: its network, its compartments, how it was trained, and its model card where it has one.",
            """
            In: a model; without --model the pretrained one. Out: tables. A model card tells data, method, results with intervals,
            calibration, limits and licence.

            Example: subloc info
            """)
    {
        _model = new ModelOptions(this);
        Add(_markdown);
        _run = new RunOptions(this, computes: false);
        SetAction(request => host.Run(_run.IsQuiet(request), session => Describe(request, session)));
    }

    private void Describe(ParseResult request, Session session)
    {
        string? markdown = request.GetValue(_markdown);
        OutputFile? text = markdown is null ? null : OutputFile.Prepare(markdown);
        JsonFile json = _run.Json(request, _model.Files(request), markdown);
        using LoadedModel model = _model.Open(request, new MLContext(0));
        ModelCard? card = model.Card;
        if (text is not null && card is null)
            throw new InvalidDataException($"{model.Path}: this model has no card; export it with --card.");

        ModelDescription description = model.Description;
        session.Terminal.Show(MakeTable(description, model.Embedder));
        session.Terminal.Line();
        session.Terminal.Show(MakeClassTable(description));
        if (card is not null)
            CardReport.Print(session.Terminal, card);
        text?.Write(stream => stream.Write(Encoding.UTF8.GetBytes(card!.ToMarkdown())));
        json.Write(new JsonObject
        {
            ["model"] = model.Path,
            ["network"] = description.Network,
            ["networks"] = description.Networks,
            ["families"] = description.Families,
            ["config"] = JsonFile.Node(description.Config),
            ["input"] = InputName(model),
            ["languageModel"] = MakeLanguageModel(model.Embedder),
            ["length"] = description.Length,
            ["channels"] = description.Channels,
            ["parameters"] = description.ParameterCount,
            ["classes"] = JsonFile.Node(description.ClassNames),
            ["training"] = JsonFile.Node(description.Training),
            ["format"] = description.Format,
            ["runtime"] = description.Runtime,
            ["temperature"] = description.Temperature,
            ["classOffsets"] = JsonFile.Node(description.ClassOffsets),
            ["card"] = card is null ? null : JsonNode.Parse(card.ToJson()),
            ["versions"] = JsonFile.Node(description.Packages),
        });
    }

    private static string InputName(LoadedModel model) => model.Description switch
    {
        { Input: { } input } => JsonNamingPolicy.CamelCase.ConvertName(input),
        { Reads: ModelReads.Profiles } => "profiles",
        { Reads: ModelReads.Sequences } when model.Embedder is null => "channels",
        _ => "embeddings",
    };

    private static JsonObject? MakeLanguageModel(ProteinEmbeddingTransformer? embedder) => embedder is null ? null : new JsonObject
    {
        ["vocabulary"] = embedder.Vocabulary.ToString(),
        ["output"] = embedder.Options.Output.ToString(),
        ["width"] = embedder.Width,
        ["sha256"] = embedder.ModelHash,
    };

    private static ResultTable MakeTable(ModelDescription model, ProteinEmbeddingTransformer? embedder)
    {
        var table = new ResultTable("model", "") { IsText = true };
        table.Add("network", model.Networks == 1 ? model.Network : Text($"the average of {model.Networks}, of which the first is {model.Network}"));
        if (model.Families > 0)
            table.Add("families", Text($"{model.Families}"));
        table.Add("reads", Reads(model, embedder));
        if (embedder is not null)
            table.Add("language model", Text($"{embedder.Vocabulary}, SHA-256 {embedder.ModelHash}"));
        table.Add("parameters", Text($"{model.ParameterCount}"));
        table.Add("compartments", Text($"{model.ClassNames.Count}"));
        if (model.Training is { } training)
            AddTraining(table, training);
        table.Add("made with", string.Join(", ", model.Packages.Select(package => $"{package.Key} {package.Value}")));
        table.Add("computed by", model.Runtime);
        if (model.Temperature != 1)
            table.Add("temperature", Text($"{model.Temperature:F3}"));
        if (model.ClassOffsets.Count > 0)
            table.Add("class offsets", ClassOffsets.Describe(model.ClassNames, model.ClassOffsets));
        return table;
    }

    private static void AddTraining(ResultTable table, TrainingSummary training)
    {
        table.Add("trained on", Text($"{training.Rows} proteins, {training.ValidationRows} held out for early stopping ({training.ValidationSplit})"));
        if (training.History.Count > 0)
            AddEpochs(table, training);
        table.Add("training time", Text($"{training.Seconds:F1} s"));
        table.Add("data hash", training.DataHash);
    }

    private static void AddEpochs(ResultTable table, TrainingSummary training)
    {
        EpochResult best = training.History[training.BestEpoch - 1];
        table.Add("best epoch", Text($"{training.BestEpoch} of {training.History.Count}{(training.Cancelled ? ", cancelled" : "")}"));
        table.Add("training loss, accuracy", Text($"{best.Loss:F4}, {best.Accuracy:F3}"));
        if (best.ValidationLoss is not null)
            table.Add("validation loss, accuracy", Text($"{best.ValidationLoss:F4}, {best.ValidationAccuracy:F3}"));
        table.Add("batch size, learning rate", Text($"{training.BatchSize}, {training.LearningRate}"));
        table.Add("precision", training.Precision);
        table.Add("seed", Text($"{training.Seed}"));
    }

    private static ResultTable MakeClassTable(ModelDescription model)
    {
        var table = new ResultTable("compartment", "training proteins");
        for (int i = 0; i < model.ClassNames.Count; i++)
            table.Add(model.ClassNames[i], model.Training is { } training ? Text($"{training.ClassCounts[i]}") : "unknown");
        return table;
    }

    private static string Reads(ModelDescription model, ProteinEmbeddingTransformer? embedder)
    {
        if (model.Reads == ModelReads.Profiles)
            return Text($"profiles of {model.Length} positions");
        if (model.Reads == ModelReads.Sequences && embedder is null)
            return Text($"sequences of up to {model.Length} residues ({model.Input ?? $"{model.Channels} channels"})");

        string embeddings = model.MaskColumnName is null
            ? Text($"mean embeddings of {model.Channels} values")
            : Text($"embeddings of up to {model.Length} residues, {model.Channels} values each");
        return embedder is null ? embeddings : $"sequences, as {embeddings}";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
