using System.Collections;
using Subloc.MLNet.Notebooks;

namespace Subloc.MLNet.Evaluation;

/// <summary>The rows of a confusion matrix, which a notebook shows with the names of the classes.</summary>
[TypeFormatterSource(typeof(HtmlFormats))]
internal sealed class ConfusionTable(IReadOnlyList<IReadOnlyList<int>> rows, IReadOnlyList<string> classNames)
    : IReadOnlyList<IReadOnlyList<int>>, IShownAsHtml
{
    public int Count => rows.Count;

    public IReadOnlyList<int> this[int index] => rows[index];

    public IEnumerator<IReadOnlyList<int>> GetEnumerator() => rows.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Counts, shaded by their share of the row: blue where they are right, orange where they are wrong.</summary>
    public string ToHtml() => new HtmlFragment()
        .Table(
            "Proteins of each compartment (row) that are predicted in each (column)",
            ["", .. Enumerable.Range(1, classNames.Count).Select(number => (HtmlCell)number)],
            rows.Select(IReadOnlyList<HtmlCell> (row, actual) => [$"{actual + 1} {classNames[actual]}", .. row.Select((count, predicted) => Cell(row, actual, count, predicted))]))
        .ToString();

    private static HtmlCell Cell(IReadOnlyList<int> row, int actual, int count, int predicted)
    {
        double share = count / (double)Math.Max(1, row.Sum());
        return new HtmlCell(count == 0 ? "" : $"{count}", IsNumber: true, predicted == actual ? share : -share);
    }
}
