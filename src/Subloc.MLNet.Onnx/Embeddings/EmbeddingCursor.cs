using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>Hands out embedded rows in order: one cursor passes the input's columns on, a second one runs ahead and is embedded.</summary>
internal sealed class EmbeddingCursor : RootCursorBase
{
    private readonly ColumnBindings _bindings;
    private readonly EmbeddingColumns _columns;
    private readonly bool[] _active;
    private readonly DataViewRowCursor? _pass;
    private readonly EmbeddingPass? _embedded;
    private readonly ValueGetter<DataViewRowId>? _passId;
    private bool _disposed;

    public EmbeddingCursor(
        IChannelProvider provider, ColumnBindings bindings, EmbeddingColumns columns, bool[] active, DataViewRowCursor? pass, EmbeddingPass? embedded)
        : base(provider)
    {
        _bindings = bindings;
        _columns = columns;
        _active = active;
        _pass = pass;
        _embedded = embedded;
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

        return _columns.MakeGetters(CurrentValues)[index] as ValueGetter<TValue>
            ?? throw Ch.Except($"Column '{column.Name}' is {column.Type}, and cannot be read as {typeof(TValue)}.");
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
    {
        CheckRow();
        if (_embedded is not null)
            value = _embedded.Id;
        else
            _passId!(ref value);
    };

    protected override bool MoveNextCore()
    {
        bool passed = _pass?.MoveNext() ?? true;
        bool embedded = _embedded?.MoveNext() ?? true;
        Ch.Check(_pass is null || _embedded is null || passed == embedded && (!passed || SameRow()), "The input gave other rows when it was read a second time; cache it before embedding.");
        return passed && embedded;
    }

    protected override void Dispose(bool disposing)
    {
        if (!_disposed && disposing)
        {
            _pass?.Dispose();
            _embedded?.Dispose();
        }

        _disposed = true;
        base.Dispose(disposing);
    }

    private float[] CurrentValues()
    {
        CheckRow();
        return _embedded!.Values;
    }

    private bool SameRow()
    {
        DataViewRowId id = default;
        _passId!(ref id);
        return id.Equals(_embedded!.Id);
    }

    private void CheckRow() => Ch.Check(IsGood, "There is no current row; call MoveNext first.");
}
