using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.FirstClass;

/// <summary>A data view with the columns of an <see cref="IRowMapper"/> added.</summary>
/// <remarks>
/// ML.NET's own view of this kind splits every cursor over threads, which costs more than encoding a protein does and hides an
/// error of a row behind one about its workers. This one reads on the caller's thread; who asks for several cursors gets them.
/// </remarks>
internal sealed class MappedDataView : IDataView
{
    private readonly IHost _host;
    private readonly IDataView _input;
    private readonly IRowMapper _mapper;
    private readonly ColumnBindings _bindings;

    public MappedDataView(IHost host, IDataView input, IRowMapper mapper)
    {
        _host = host;
        _input = input;
        _mapper = mapper;
        _bindings = new ColumnBindings(input.Schema, mapper.GetOutputColumns());
    }

    public bool CanShuffle => _input.CanShuffle;

    public DataViewSchema Schema => _bindings.Schema;

    public long? GetRowCount() => _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = Activate(columnsNeeded, out IEnumerable<DataViewSchema.Column> inputs);
        return new Cursor(this, _input.GetRowCursor(inputs, rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = Activate(columnsNeeded, out IEnumerable<DataViewSchema.Column> inputs);
        return Array.ConvertAll(_input.GetRowCursorSet(inputs, n, rand), cursor => new Cursor(this, cursor, active));
    }

    private bool[] Activate(IEnumerable<DataViewSchema.Column> columnsNeeded, out IEnumerable<DataViewSchema.Column> inputs)
    {
        Func<int, bool> needed = RowCursorUtils.FromColumnsToPredicate(columnsNeeded, Schema);
        bool[] passed = _bindings.GetActiveInput(needed);
        Func<int, bool> read = _mapper.GetDependencies(added => needed(_bindings.AddedColumnIndices[added]));
        inputs = [.. _input.Schema.Where(column => passed[column.Index] || read(column.Index))];
        return [.. Enumerable.Range(0, Schema.Count).Select(needed)];
    }

    private sealed class Cursor : SynchronizedCursorBase
    {
        private readonly ColumnBindings _bindings;
        private readonly bool[] _active;
        private readonly Delegate[] _getters;
        private readonly Action? _disposer;
        private bool _disposed;

        public Cursor(MappedDataView view, DataViewRowCursor input, bool[] active)
            : base(view._host, input)
        {
            _bindings = view._bindings;
            _active = active;
            _getters = view._mapper.CreateGetters(input, added => active[_bindings.AddedColumnIndices[added]], out _disposer);
        }

        public override DataViewSchema Schema => _bindings.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Ch.CheckParam(IsColumnActive(column), nameof(column), "The column was not asked for when the cursor was made.");
            int index = _bindings.MapColumnIndex(out bool isInput, column.Index);
            if (isInput)
                return Input.GetGetter<TValue>(Input.Schema[index]);

            return _getters[index] as ValueGetter<TValue>
                ?? throw Ch.Except($"Column '{column.Name}' is {column.Type}, and cannot be read as {typeof(TValue)}.");
        }

        protected override void Dispose(bool disposing)
        {
            if (!_disposed && disposing)
                _disposer?.Invoke();
            _disposed = true;
            base.Dispose(disposing);
        }
    }
}
