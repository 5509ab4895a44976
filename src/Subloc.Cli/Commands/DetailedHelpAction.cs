using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Subloc.Cli.Commands;

/// <summary>The usual help, followed by the details of the command.</summary>
internal sealed class DetailedHelpAction(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is DocumentedCommand command)
            parseResult.InvocationConfiguration.Output.WriteLine(command.Details.ReplaceLineEndings());
        return code;
    }
}
