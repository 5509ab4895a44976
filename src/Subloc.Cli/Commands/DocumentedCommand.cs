using System.CommandLine;

namespace Subloc.Cli.Commands;

/// <summary>A command whose help says, after its options, what goes in and what comes out.</summary>
internal abstract class DocumentedCommand(string name, string summary, string details) : Command(name, summary)
{
    /// <summary>What goes in, what comes out, and an example.</summary>
    public string Details { get; } = details;
}
