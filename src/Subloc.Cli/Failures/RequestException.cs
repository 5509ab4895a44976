namespace Subloc.Cli.Failures;

/// <summary>The request itself is wrong: an option, or a file that does not exist.</summary>
internal sealed class RequestException(string message) : Exception(message);
