using Subloc.Cli.Display;

namespace Subloc.Cli.Commands;

/// <summary>What a command works with.</summary>
/// <param name="Terminal">Where it speaks to the user.</param>
/// <param name="Cancellation">Cancelled by ctrl-C and SIGTERM.</param>
internal sealed record Session(Terminal Terminal, CancellationToken Cancellation);
