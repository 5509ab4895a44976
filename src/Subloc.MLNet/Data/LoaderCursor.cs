using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.Data;

/// <summary>A cursor whose rows come straight from files, one getter a column.</summary>
internal abstract class LoaderCursor : RootCursorBase
{
    private readonly bool[] _active;

    protected LoaderCursor(IChannelProvider provider, DataViewSchema schema, IEnumerable<DataViewSchema.Column> columnsNeeded)
        : base(provider)
    {
        Schema = schema;
        _active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded)
            _active[column.Index] = true;
    }

    public sealed override DataViewSchema Schema { get; }

    public sealed override long Batch => 0;

    public sealed override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public sealed override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
    {
        CheckPosition();
        value = new DataViewRowId((ulong)Position, 0);
    };

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!_active[column.Index])
            throw new InvalidOperationException($"Column '{column.Name}' is not active in this cursor; "
                + "ask for it when the cursor is made.");

        return GetterOf(column.Name) as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' is {column.Type}; it cannot be read as {typeof(TValue)}.");
    }

    protected bool IsActive(string columnName) => Schema.GetColumnOrNull(columnName) is { } column && _active[column.Index];

    protected void CheckPosition()
    {
        if (!IsGood)
            throw new InvalidOperationException("The cursor stands on no row; "
                + "call MoveNext first, and read nothing after it returned false.");
    }

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the column's type.</summary>
    protected abstract Delegate GetterOf(string columnName);
}
