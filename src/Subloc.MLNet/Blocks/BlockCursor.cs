using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.Blocks;

/// <summary>Hands out rows with computed columns in order: one cursor passes the input's columns on, a second one runs ahead and is worked on.</summary>
internal sealed class BlockCursor : RootCursorBase
{
    private readonly ColumnBindings _bindings;
    private readonly IBlockWork _work;
    private readonly bool[] _active;
    private readonly DataViewRowCursor? _pass;
    private readonly BlockReader? _ahead;
    private readonly ValueGetter<DataViewRowId>? _passId;
    private bool _disposed;

    public BlockCursor(IChannelProvider provider, ColumnBindings bindings, IBlockWork work, bool[] active, DataViewRowCursor? pass, BlockReader? ahead)
        : base(provider)
    {
        _bindings = bindings;
        _work = work;
        _active = active;
        _pass = pass;
        _ahead = ahead;
        _passId = pass?.GetIdGetter();
    }

    public override long Batch => 0;

    public override DataViewSchema Schema => _bindings.Schema;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Ch.CheckParam(IsColumnActive(column), nameof(column), "The column was not asked for when the cursor was made.");
        int index = _bindings.MapColumnIndex(out bool isInput, column.Index);
        if (isInput)
            return _pass!.GetGetter<TValue>(_pass.Schema[index]);

        return _work.MakeGetters(CurrentValues)[index] as ValueGetter<TValue>
            ?? throw Ch.Except($"Column '{column.Name}' is {column.Type}, and cannot be read as {typeof(TValue)}.");
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
    {
        CheckRow();
        if (_ahead is not null)
            value = _ahead.Id;
        else
            _passId!(ref value);
    };

    protected override bool MoveNextCore()
    {
        bool passed = _pass?.MoveNext() ?? true;
        bool computed = _ahead?.MoveNext() ?? true;
        if (_pass is not null && _ahead is not null && (passed != computed || (passed && !SameRow())))
            throw Ch.Except($"The input gave other rows when it was read a second time; cache it before {_work.Name.ToLowerInvariant()}.");
        return passed && computed;
    }

    protected override void Dispose(bool disposing)
    {
        if (!_disposed && disposing)
        {
            _pass?.Dispose();
            _ahead?.Dispose();
        }

        _disposed = true;
        base.Dispose(disposing);
    }

    private ReadOnlySpan<float> CurrentValues(int column)
    {
        CheckRow();
        return _ahead!.Values(column);
    }

    private bool SameRow()
    {
        DataViewRowId id = default;
        _passId!(ref id);
        return id.Equals(_ahead!.Id);
    }

    private void CheckRow() => Ch.Check(IsGood, "There is no current row; call MoveNext first.");
}
