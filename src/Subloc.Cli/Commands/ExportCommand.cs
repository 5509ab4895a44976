using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Subloc.Cli.Data;
using Subloc.Cli.Files;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp;

namespace Subloc.Cli.Commands;

/// <summary><c>subloc export</c>.</summary>
internal sealed class ExportCommand : DocumentedCommand
{
    private readonly Option<string> _model = new("--model", "-m") { Description = "The model file.", HelpName = "MODEL", Required = true };
    private readonly Option<string> _output = new("--output", "-o") { Description = "The ONNX file to write.", HelpName = "FILE", Required = true };
    private readonly RunOptions _run;

    public ExportCommand(CommandHost host)
        : base("export", "Writes a model as an ONNX file, for programs without libtorch and in other languages.",
            """
            In: a model. Out: an ONNX file, which alone is enough to score proteins. Its inputs are tokens (or features and mask, where the
            model was trained on channels), its output is probabilities; any number of proteins of any length up to the model's is one batch.
            Compartments, alphabet and all else that scoring needs stand in its metadata.

            Example: subloc export --model model.zip --output model.onnx
            """)
    {
        Add(_model);
        Add(_output);
        _run = new RunOptions(this, computes: false);
        SetAction(request => host.Run(_run.IsQuiet(request), session => Export(request, session)));
    }

    private void Export(ParseResult request, Session session)
    {
        string name = request.GetValue(_output)!;
        OutputFile output = OutputFile.Prepare(name);
        JsonFile json = _run.Json(request, [request.GetValue(_model)!], name);
        using LoadedModel model = LoadedModel.Open(new MLContext(0), request.GetValue(_model)!);
        if (model is LoadedOnnx)
            throw new InvalidDataException($"{model.Path}: this is an exported model already; name one that 'subloc train' made.");

        long bytes = 0;
        output.Write(stream =>
        {
            model.Pipeline.ExportToOnnx(stream);
            bytes = stream.CanSeek ? stream.Position : 0;
        });

        ModelDescription network = model.Description;
        session.Terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {network.Network} with {network.ClassNames.Count} compartments, {bytes / 1e6:F1} MB, ONNX operator set {OnnxGraph.OperatorSet}."));
        json.Write(new JsonObject
        {
            ["model"] = model.Path,
            ["output"] = name,
            ["network"] = network.Network,
            ["bytes"] = bytes,
            ["operatorSet"] = OnnxGraph.OperatorSet,
        });
    }
}
