namespace Subloc.Examples.Tests;

/// <summary>What a cell gave.</summary>
/// <param name="Text">What it wrote to the console or displayed; empty where it did neither.</param>
/// <param name="Value">Its last expression as text; null where it ended with a statement.</param>
internal sealed record CellOutput(string Text, string? Value);
