using System.CommandLine;
using Subloc.Cli.Failures;
using Subloc.Cli.Reports;
using Subloc.MLNet.Explanation;

namespace Subloc.Cli.Commands;

/// <summary>Options on which explanations are written beside predictions.</summary>
internal sealed class ExplainOptions
{
    private static readonly Dictionary<string, ExplanationMethod> _methods = new(StringComparer.OrdinalIgnoreCase)
    {
        ["auto"] = ExplanationMethod.Auto,
        ["attention"] = ExplanationMethod.Attention,
        ["gradients"] = ExplanationMethod.IntegratedGradients,
        ["occlusion"] = ExplanationMethod.Occlusion,
    };

    private readonly Option<ExplanationMethod?> _method = new("--explain")
    {
        Description = "Also say which residues each prediction rests on: by gradients, occlusion or attention; auto, the default, takes gradients where the model has them, else occlusion.",
        HelpName = "METHOD",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result =>
        {
            if (result.Tokens.Count == 0)
                return ExplanationMethod.Auto;
            if (_methods.TryGetValue(result.Tokens[0].Value, out ExplanationMethod method))
                return method;
            result.AddError($"--explain must be one of {string.Join(", ", _methods.Keys)}, but is '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    private readonly Option<string?> _output = new("--explain-output")
    {
        Description = "The file for it: CSV with a row for each residue, or JSON if it ends in .json.",
        HelpName = "FILE",
    };

    public ExplainOptions(Command command)
    {
        command.Add(_method);
        command.Add(_output);
    }

    /// <summary>The explanations that were asked for; null if none were.</summary>
    /// <exception cref="RequestException">No file is named, or it cannot be written.</exception>
    public ExplanationFile? Read(ParseResult request)
    {
        bool isWanted = request.GetResult(_method) is not null;
        return request.GetValue(_output) is { } name
            ? new ExplanationFile(name, request.GetValue(_method) ?? ExplanationMethod.Auto)
            : isWanted ? throw new RequestException("--explain needs --explain-output, the CSV or JSON file to write.") : null;
    }
}
