using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Subloc.Cli.Data;
using Subloc.Cli.Display;
using Subloc.Cli.Files;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Cli.Commands;

/// <summary><c>subloc info</c>.</summary>
internal sealed class InfoCommand : DocumentedCommand
{
    private readonly Option<string> _model = new("--model", "-m") { Description = "The model file.", HelpName = "MODEL", Required = true };
    private readonly RunOptions _run;

    public InfoCommand(CommandHost host)
        : base("info", "Says what a model is: its network, its compartments, and how it was trained.",
            """
            In: a model. Out: a table.

            Example: subloc info --model model.zip
            """)
    {
        Add(_model);
        _run = new RunOptions(this, computes: false);
        SetAction(request => host.Run(_run.IsQuiet(request), session => Describe(request, session)));
    }

    private void Describe(ParseResult request, Session session)
    {
        JsonFile json = _run.Json(request, [request.GetValue(_model)!]);
        using LoadedModel model = LoadedModel.Open(new MLContext(0), request.GetValue(_model)!);
        ProteinNetworkModel network = model.Network;
        session.Terminal.Show(MakeTable(model));
        session.Terminal.Line();
        session.Terminal.Show(MakeClassTable(network));
        json.Write(new JsonObject
        {
            ["model"] = model.Path,
            ["network"] = network.Manifest.Network,
            ["config"] = JsonFile.Node(network.Manifest.Config),
            ["input"] = network.Manifest.Tokens ? JsonFile.Node(network.Manifest.Input) : model.ReadsSequences ? "channels" : "profiles",
            ["length"] = network.Shape.Length,
            ["channels"] = network.Shape.Channels,
            ["parameters"] = network.ParameterCount,
            ["classes"] = JsonFile.Node(network.ClassNames),
            ["training"] = JsonFile.Node(network.Training),
            ["format"] = network.Manifest.Format,
            ["versions"] = JsonFile.Node(network.Manifest.Packages),
        });
    }

    private static ResultTable MakeTable(LoadedModel loaded)
    {
        ProteinNetworkModel model = loaded.Network;
        ModelManifest manifest = model.Manifest;
        TrainingSummary training = model.Training;
        EpochResult best = training.History[training.BestEpoch - 1];
        var table = new ResultTable("model", "") { IsText = true };
        table.Add("network", manifest.Network);
        table.Add("reads", Reads(loaded));
        table.Add("parameters", Text($"{model.ParameterCount}"));
        table.Add("compartments", Text($"{manifest.ClassNames.Count}"));
        table.Add("trained on", Text($"{training.Rows} proteins, {training.ValidationRows} held out for early stopping ({training.ValidationSplit})"));
        table.Add("best epoch", Text($"{training.BestEpoch} of {training.History.Count}{(training.Cancelled ? ", cancelled" : "")}"));
        table.Add("training loss, accuracy", Text($"{best.Loss:F4}, {best.Accuracy:F3}"));
        if (best.ValidationLoss is not null)
            table.Add("validation loss, accuracy", Text($"{best.ValidationLoss:F4}, {best.ValidationAccuracy:F3}"));
        table.Add("batch size, learning rate", Text($"{training.BatchSize}, {training.LearningRate}"));
        table.Add("precision", training.Precision);
        table.Add("seed", Text($"{training.Seed}"));
        table.Add("training time", Text($"{training.Seconds:F1} s"));
        table.Add("data hash", training.DataHash);
        table.Add("made with", string.Join(", ", manifest.Packages.Select(package => $"{package.Key} {package.Value}")));
        return table;
    }

    private static ResultTable MakeClassTable(ProteinNetworkModel model)
    {
        var table = new ResultTable("compartment", "training proteins");
        foreach ((string name, int count) in model.ClassNames.Zip(model.Training.ClassCounts))
            table.Add(name, Text($"{count}"));
        return table;
    }

    private static string Reads(LoadedModel model)
    {
        ModelManifest manifest = model.Network.Manifest;
        return model.ReadsSequences
            ? Text($"sequences of up to {manifest.Length} residues ({(manifest.Tokens ? manifest.Input : $"{model.Network.Shape.Channels} channels")})")
            : Text($"profiles of {manifest.Length} positions");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
