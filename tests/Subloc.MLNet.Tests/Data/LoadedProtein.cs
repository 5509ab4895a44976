using Microsoft.ML;
using Subloc.MLNet.Data;

namespace Subloc.MLNet.Tests.Data;

/// <summary>A row of a loaded view, for comparison.</summary>
public sealed record LoadedProtein(string Id, string Sequence, string Label)
{
    public static List<LoadedProtein> ReadAll(IDataView data)
    {
        var rows = new List<LoadedProtein>();
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        ValueGetter<ReadOnlyMemory<char>> id = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema[ColumnNames.Id]);
        ValueGetter<ReadOnlyMemory<char>> sequence = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema[ColumnNames.Sequence]);
        ValueGetter<ReadOnlyMemory<char>> label = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema[ColumnNames.Label]);
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNext())
        {
            rows.Add(new LoadedProtein(Read(id), Read(sequence), Read(label)));
        }

        return rows;

        string Read(ValueGetter<ReadOnlyMemory<char>> getter)
        {
            getter(ref text);
            return text.ToString();
        }
    }

    public static List<uint> ReadPartitions(IDataView data) =>
        [.. Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<uint>(data, ColumnNames.Partition)];

    /// <summary>Reads to the end and returns what the pass reported.</summary>
    public static ProteinLoadSummary Summarize(Func<ProteinLoadOptions, IDataView> load, ProteinLoadOptions options)
    {
        var reports = new Reports();
        ReadAll(load(options with { Summary = reports }));
        return Assert.Single(reports.Received);
    }

    private sealed class Reports : IProgress<ProteinLoadSummary>
    {
        public List<ProteinLoadSummary> Received { get; } = [];

        public void Report(ProteinLoadSummary value) => Received.Add(value);
    }
}
