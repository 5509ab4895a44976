namespace Subloc.MLNet.Onnx.Cards;

/// <summary>A part of a model card: sentences, then a table where there is one.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Lines">Its sentences, one or more a line.</param>
/// <param name="Headings">Headings of the table's columns; empty where there is no table.</param>
/// <param name="Rows">Rows of the table: a name, then numbers.</param>
public sealed record CardSection(
    string Title, IReadOnlyList<string> Lines, IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows);
