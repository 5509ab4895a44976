using System.CommandLine;
using Microsoft.ML;
using Subloc.Cli.Data;
using Subloc.Cli.Failures;
using Subloc.MLNet.Pretrained;

namespace Subloc.Cli.Commands;

/// <summary>Options on which model a command uses: one in a file, or the pretrained one.</summary>
internal sealed class ModelOptions
{
    private static readonly string[] _qualities = [.. Enum.GetNames<PretrainedQuality>().Select(name => name.ToLowerInvariant())];

    private readonly Option<string?> _file = new("--model", "-m")
    {
        Description = "The model file, .zip or .onnx. Default: the pretrained model.",
        HelpName = "MODEL",
    };

    private readonly ChoiceOption _quality =
        new("--quality", _qualities, "Which pretrained model: the usual one, or a slower one that is right a little more often.");

    public ModelOptions(Command command)
    {
        command.Add(_file);
        command.Add(_quality);
    }

    /// <summary>The files that the model is read from.</summary>
    public IEnumerable<string> Files(ParseResult request) => request.GetValue(_file) is { } file ? [file] : [];

    /// <summary>Reads the model.</summary>
    /// <exception cref="RequestException">There is no such file, or a quality was asked for beside a file.</exception>
    /// <exception cref="InvalidDataException">The file is no model of this tool, or is damaged.</exception>
    public LoadedModel Open(ParseResult request, MLContext context)
    {
        if (request.GetValue(_file) is not { } file)
            return LoadedModel.OpenPretrained(context, Enum.Parse<PretrainedQuality>(request.GetValue(_quality)!, ignoreCase: true));
        if (request.GetResult(_quality) is { Implicit: false })
            throw new RequestException("--quality chooses a pretrained model, and cannot be given together with --model.");
        return LoadedModel.Open(context, file);
    }
}
