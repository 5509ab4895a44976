namespace Subloc.MLNet.Reports.Html;

/// <summary>A part of a report in words, such as one of a model card: sentences, then a table where there is one.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Lines">Its sentences, one or more a line.</param>
/// <param name="Headings">Headings of the table's columns; empty where there is no table.</param>
/// <param name="Rows">Rows of the table.</param>
public sealed record ReportSection(
    string Title, IReadOnlyList<string> Lines, IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows);
