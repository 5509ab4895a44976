using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Subloc.Cli.Failures;
using Subloc.Cli.Files;
using Subloc.Cli.Reports;
using Subloc.MLNet.Onnx.Cards;

namespace Subloc.Cli.Commands;

/// <summary><c>subloc card</c>.</summary>
internal sealed class CardCommand : DocumentedCommand
{
    private readonly Option<string> _result = new("--crossvalidation")
    {
        Description = "The JSON result of 'subloc crossvalidate'.",
        HelpName = "JSON",
        Required = true,
    };

    private readonly Option<string> _output = new("--output", "-o") { Description = "The card to write, JSON.", HelpName = "FILE", Required = true };
    private readonly Option<string?> _name = Text("--name", "What the model is called. Default: its network.");
    private readonly Option<string?> _dataText = Text("--data-text", "What the proteins are. Default: the files.");
    private readonly Option<string?> _method = Text("--method", "How the model was made. Default: the settings of the cross-validation.");
    private readonly Option<string?> _speed = Text("--speed", "How fast it is, and on what. Default: not measured.");
    private readonly Option<string?> _licence = Text("--licence", "Terms of the model. Default: not stated.");
    private readonly RunOptions _run;

    public CardCommand(CommandHost host)
        : base("card", "Makes a model card out of a cross-validation: what users should know of a model before they trust it.",
            """
            In: the result of a cross-validation. Out: a card with data, method, metrics with their spread, compartments with intervals,
            calibration, confusion matrix and limits. It is JSON, whose texts may be edited. 'subloc export --card' puts it into the model,
            with its temperature; 'subloc info' prints it.

            Example: subloc card --crossvalidation result.json --output card.json --licence MIT
            """)
    {
        foreach (Option option in (Option[])[_result, _output, _name, _dataText, _method, _speed, _licence])
            Add(option);
        _run = new RunOptions(this, computes: false);
        SetAction(request => host.Run(_run.IsQuiet(request), session => MakeCard(request, session)));
    }

    private void MakeCard(ParseResult request, Session session)
    {
        string file = request.GetValue(_result)!, name = request.GetValue(_output)!;
        OutputFile output = OutputFile.Prepare(name);
        JsonFile json = _run.Json(request, [file], name);
        ModelCard card = CardReport.Make(ReadResult(file), file, new CardTexts(
            request.GetValue(_name), request.GetValue(_dataText), request.GetValue(_method), request.GetValue(_speed), request.GetValue(_licence)));
        output.Write(stream => stream.Write(Encoding.UTF8.GetBytes(card.ToJson() + "\n")));
        CardReport.Print(session.Terminal, card);
        json.Write(new JsonObject { ["output"] = name, ["card"] = JsonNode.Parse(card.ToJson()) });
    }

    private static JsonObject ReadResult(string file)
    {
        if (!File.Exists(file))
            throw new RequestException($"{file}: there is no such file; check the name and the folder that it starts from.");
        try
        {
            return JsonNode.Parse(File.ReadAllText(file)) as JsonObject
                ?? throw new InvalidDataException($"{file}: this is not the JSON result of 'subloc crossvalidate'.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{file}: this is not JSON: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private static Option<string?> Text(string name, string description) => new(name) { Description = description, HelpName = "TEXT" };
}
