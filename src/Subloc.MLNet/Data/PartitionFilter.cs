using Microsoft.ML;
using Microsoft.ML.Data;

namespace Subloc.MLNet.Data;

/// <summary>A lazy view of the rows of one partition, or of all others, in the order of the source and with its row identifiers.</summary>
internal sealed class PartitionFilter : IDataView
{
    private readonly IDataView _source;
    private readonly DataViewSchema.Column _partition;
    private readonly ulong _value;
    private readonly bool _keep;
    private readonly long _rowCount;

    /// <param name="source">The rows to filter.</param>
    /// <param name="partition">Key or UInt32 column of the source.</param>
    /// <param name="fold">Raw value of the partition, and the number of rows that remain.</param>
    /// <param name="keep">True to keep the partition, false to keep all others.</param>
    public PartitionFilter(IDataView source, DataViewSchema.Column partition, (ulong Value, long RowCount) fold, bool keep)
    {
        _source = source;
        _partition = partition;
        (_value, _rowCount) = fold;
        _keep = keep;
    }

    public bool CanShuffle => _source.CanShuffle;

    public DataViewSchema Schema => _source.Schema;

    public long? GetRowCount() => _rowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return new Cursor(this, _source.GetRowCursor(WithPartition(needed), rand), needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return [.. _source.GetRowCursorSet(WithPartition(needed), n, rand).Select(cursor => new Cursor(this, cursor, needed))];
    }

    private DataViewSchema.Column[] WithPartition(DataViewSchema.Column[] needed)
        => Array.Exists(needed, column => column.Index == _partition.Index) ? needed : [.. needed, _partition];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly PartitionFilter _filter;
        private readonly DataViewRowCursor _input;
        private readonly ValueGetter<ulong> _getter;
        private readonly bool[] _active;
        private long _position = -1;

        public Cursor(PartitionFilter filter, DataViewRowCursor input, DataViewSchema.Column[] needed)
        {
            _filter = filter;
            _input = input;
            _getter = UnsignedColumn.GetGetter(input, filter._partition);
            _active = new bool[filter.Schema.Count];
            foreach (DataViewSchema.Column column in needed)
                _active[column.Index] = true;
        }

        public override long Position => _position;

        public override long Batch => _input.Batch;

        public override DataViewSchema Schema => _filter.Schema;

        public override bool MoveNext()
        {
            ulong value = 0;
            while (_input.MoveNext())
            {
                _getter(ref value);
                if ((value == _filter._value) != _filter._keep)
                    continue;

                _position++;
                return true;
            }

            _position = -1;
            return false;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column.Index, _active.Length, nameof(column));
            return _active[column.Index];
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => IsColumnActive(column)
                ? _input.GetGetter<TValue>(column)
                : throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' was not requested from this cursor.");

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _input.Dispose();
            base.Dispose(disposing);
        }
    }
}
