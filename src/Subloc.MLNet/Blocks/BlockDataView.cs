using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.Blocks;

/// <summary>A data view with columns added that are computed for blocks of rows.</summary>
internal sealed class BlockDataView : IDataView
{
    private readonly IHost _host;
    private readonly IDataView _input;
    private readonly IBlockWork _work;
    private readonly ColumnBindings _bindings;

    public BlockDataView(IHost host, IDataView input, IBlockWork work)
    {
        _host = host;
        _input = input;
        _work = work;
        _bindings = new ColumnBindings(input.Schema, work.MakeColumns(input.Schema));
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
        bool computes = _bindings.AddedColumnIndices.Any(needed);

        BlockPass? work = computes ? _work.Begin(_host, added => needed(_bindings.AddedColumnIndices[added])) : null;
        BlockReader? ahead = work is null ? null : new BlockReader(_input.GetRowCursor(_work.Inputs), work, _work.Name, CancellationCheck());
        DataViewRowCursor? pass = passed.Length > 0 || !computes ? _input.GetRowCursor(passed) : null;
        return new BlockCursor(_host, _bindings, _work, active, pass, ahead);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    // A context that was cancelled stays so, and the model that its training gave can still be used: only a later cancellation counts.
    private Func<bool> CancellationCheck()
    {
        ICancelable? host = _host is ICancelable { IsCanceled: false } alive ? alive : null;
        return () => host?.IsCanceled == true || _work.Cancellation.IsCancellationRequested;
    }
}
