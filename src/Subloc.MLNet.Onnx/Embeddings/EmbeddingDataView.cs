using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>A data view with embeddings added, computed for blocks of rows.</summary>
internal sealed class EmbeddingDataView : IDataView
{
    private readonly IHost _host;
    private readonly IDataView _input;
    private readonly ProteinEmbeddingTransformer _transformer;
    private readonly DataViewSchema.Column _sequence;
    private readonly ColumnBindings _bindings;

    public EmbeddingDataView(IHost host, IDataView input, ProteinEmbeddingTransformer transformer, DataViewSchema.Column sequence)
    {
        _host = host;
        _input = input;
        _transformer = transformer;
        _sequence = sequence;
        _bindings = new ColumnBindings(input.Schema, transformer.Columns.Make());
    }

    // The rows of two cursors are matched by position, so a shuffled input cannot be allowed.
    public bool CanShuffle => false;

    public DataViewSchema Schema => _bindings.Schema;

    public long? GetRowCount() => _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Func<int, bool> needed = RowCursorUtils.FromColumnsToPredicate(columnsNeeded, Schema);
        bool[] active = [.. Enumerable.Range(0, Schema.Count).Select(needed)];
        bool[] activeInput = _bindings.GetActiveInput(needed);
        DataViewSchema.Column[] passed = [.. _input.Schema.Where(column => activeInput[column.Index])];
        bool embeds = _bindings.AddedColumnIndices.Any(needed);

        EmbeddingPass? embedded = embeds ? new EmbeddingPass(_host, _input.GetRowCursor([_sequence]), _transformer, CancellationCheck()) : null;
        DataViewRowCursor? pass = passed.Length > 0 || !embeds ? _input.GetRowCursor(passed) : null;
        return new EmbeddingCursor(_host, _bindings, _transformer.Columns, active, pass, embedded);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    // A context that was cancelled stays so; only a later cancellation counts.
    private Func<bool> CancellationCheck()
    {
        ICancelable? host = _host is ICancelable { IsCanceled: false } alive ? alive : null;
        return () => host?.IsCanceled == true || _transformer.Cancellation.IsCancellationRequested;
    }
}
