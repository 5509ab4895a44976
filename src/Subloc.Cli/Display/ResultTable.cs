using Spectre.Console;

namespace Subloc.Cli.Display;

/// <summary>A table with a heading: the first column holds names, the others numbers.</summary>
/// <param name="headings">Headings of the columns.</param>
internal sealed class ResultTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Whether all columns hold text and are aligned to the left.</summary>
    public bool IsText { get; init; }

    /// <summary>Adds a row, one cell a column.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes aligned plain text.</summary>
    public void Write(TextWriter output)
    {
        int[] widths = [.. headings.Select((heading, column) => _rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        foreach (string[] row in _rows.Prepend(headings))
        {
            IEnumerable<string> cells = row.Select((cell, column) =>
                column == 0 || IsText ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }

    /// <summary>The table with borders, for a terminal.</summary>
    public Table ToRich()
    {
        var table = new Table { Border = TableBorder.Rounded };
        for (int column = 0; column < headings.Length; column++)
        {
            var heading = new TableColumn(new Text(headings[column])) { NoWrap = !IsText };
            table.AddColumn(column == 0 || IsText ? heading.LeftAligned() : heading.RightAligned());
        }

        foreach (string[] row in _rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        return table;
    }
}
