using System.CommandLine;
using System.Text.RegularExpressions;
using Subloc.Cli.Failures;
using Subloc.Cli.Files;

namespace Subloc.Cli.Commands;

/// <summary>Options on how a command runs: machine-readable result, silence, device and threads.</summary>
internal sealed partial class RunOptions
{
    private readonly Option<string?> _json = new("--json")
    {
        Description = "Also write the result as JSON to this file.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _quiet = new("--quiet") { Description = "Print nothing but errors." };

    private readonly WholeNumberOption _threads = new("--threads", 0, "Processor threads; 0, the default, leaves the choice to libtorch.");

    private readonly Option<string> _device = new("--device")
    {
        Description = "Where to compute: auto takes a GPU if there is one.",
        HelpName = "auto|cpu|cuda[:N]",
        DefaultValueFactory = _ => "auto",
    };

    /// <param name="command">The command that gets the options.</param>
    /// <param name="computes">Whether the command runs a network.</param>
    public RunOptions(Command command, bool computes)
    {
        _device.Validators.Add(result =>
        {
            string name = result.GetValueOrDefault<string>() ?? "";
            if (!DeviceName().IsMatch(name))
                result.AddError($"--device must be auto, cpu, cuda or cuda:N, but is '{name}'.");
        });
        if (computes)
        {
            command.Add(_device);
            command.Add(_threads);
        }

        command.Add(_json);
        command.Add(_quiet);
    }

    /// <summary>Whether to print nothing.</summary>
    public bool IsQuiet(ParseResult request) => request.GetValue(_quiet);

    /// <summary>The device that was asked for.</summary>
    public string Device(ParseResult request) => request.GetValue(_device)!.ToLowerInvariant();

    /// <summary>The number of threads that was asked for; 0 leaves it.</summary>
    public int Threads(ParseResult request) => request.GetValue(_threads) ?? 0;

    /// <summary>The JSON file that was asked for, checked to be writable.</summary>
    /// <param name="request">The command line.</param>
    /// <param name="inputs">Files that the command reads.</param>
    /// <param name="outputs">Other files that the command writes; null where one was not asked for.</param>
    /// <exception cref="RequestException">It cannot be written, or a file is written twice or over an input.</exception>
    public JsonFile Json(ParseResult request, IEnumerable<string> inputs, params string?[] outputs)
    {
        string? json = request.GetValue(_json);
        OutputFile.CheckApart([.. outputs.OfType<string>(), .. json is null ? Array.Empty<string>() : [json]], inputs);
        return JsonFile.Prepare(json, Describe(request));
    }

    // As a shell reads it.
    private static string Describe(ParseResult request) => string.Join(' ', request.Tokens.Select(token => token.Value).Prepend("subloc")
        .Select(word => PlainWord().IsMatch(word) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'"));

    [GeneratedRegex(@"^[\w./:=,+@%-]+$")]
    private static partial Regex PlainWord();

    [GeneratedRegex("^(auto|cpu|cuda(:[0-9]{1,4})?)$", RegexOptions.IgnoreCase)]
    private static partial Regex DeviceName();
}
