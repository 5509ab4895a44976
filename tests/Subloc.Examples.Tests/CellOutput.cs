namespace Subloc.Examples.Tests;

/// <summary>Something that a cell gave.</summary>
/// <param name="Kind">As notebooks call it: <c>stream</c> (the console), <c>display_data</c> or <c>execute_result</c> (its last expression).</param>
/// <param name="MimeType">How it is shown.</param>
/// <param name="Text">What is shown, in that format.</param>
internal sealed record CellOutput(string Kind, string MimeType, string Text);
