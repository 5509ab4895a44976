using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Subloc.Cli.Commands;
using Subloc.Cli.Failures;

namespace Subloc.Cli;

/// <summary>The subloc tool: finds the command, runs it and turns failures into one sentence and an exit code.</summary>
internal static class CommandLine
{
    private const int HelpWidth = 110;

    /// <summary>Runs the tool.</summary>
    /// <param name="args">What the user typed after <c>subloc</c>.</param>
    /// <param name="output">Receives results; flushed at the end.</param>
    /// <param name="error">Receives warnings and the sentence of a failure.</param>
    /// <param name="isInteractive">Whether a person watches the output on a terminal.</param>
    /// <returns>0 done, 1 the work failed, 2 the request was wrong.</returns>
    public static int Invoke(string[] args, TextWriter output, TextWriter error, bool isInteractive = false)
    {
        var host = new CommandHost(output, error, isInteractive);
        ParseResult request = MakeRoot(host).Parse(args);
        if (request.Action is ParseErrorAction)
            return host.Fail(new RequestException($"{Sentence(request)} See '{HelpCall(request)}'."));

        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        int code = request.Invoke(invocation);
        output.Flush();
        return code;
    }

    private static RootCommand MakeRoot(CommandHost host)
    {
        RootCommand root = DescribeRoot(host);
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        var usual = (HelpAction)help.Action!;
        usual.MaxWidth = HelpWidth;
        help.Action = new DetailedHelpAction(usual);
        return root;
    }

    private static RootCommand DescribeRoot(CommandHost host) => new(
        """
        Predicts where in the cell a protein resides, from its sequence alone.

        Typical use:
          subloc predict --input proteome.fasta --output locations.csv
          subloc train --data proteins.fasta --output model.zip
          subloc evaluate --model model.zip --data held-out.fasta

        Exit codes: 0 done, 1 the work failed, 2 the request was wrong.
        """)
    {
        new TrainCommand(host),
        new CrossValidateCommand(host),
        new EvaluateCommand(host),
        new PredictCommand(host),
        new MutateCommand(host),
        new ReportCommand(host),
        new CardCommand(host),
        new ExportCommand(host),
        new InfoCommand(host),
        new DoctorCommand(host),
    };

    private static string Sentence(ParseResult request)
    {
        if (request.CommandResult.Command is RootCommand && request.Tokens.Count == 0)
            return "Name a command, such as train or predict.";

        if (request.CommandResult.Command is RootCommand && request.UnmatchedTokens.Count > 0)
            return $"There is no command or option '{request.UnmatchedTokens[0]}'.";

        string message = request.Errors.Count > 0 ? request.Errors[0].Message.Trim() : "The command line cannot be read.";
        return message.EndsWith('.') ? message : message + ".";
    }

    private static string HelpCall(ParseResult request) => request.CommandResult.Command is RootCommand
        ? "subloc --help"
        : $"subloc {request.CommandResult.Command.Name} --help";
}
