using Microsoft.ML;
using Microsoft.ML.Data;

namespace Subloc.Benchmarks.Measuring;

/// <summary>Passes rows on and adds up how long they were read: from opening a cursor until it says that there are no more rows.</summary>
internal sealed class TimedView(IDataView source) : IDataView
{
    /// <summary>Time of reading, by whoever reads, what the reader does with each row included.</summary>
    public Lap Time { get; private set; }

    public bool CanShuffle => false;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, source.GetRowCursor(columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(TimedView view, DataViewRowCursor source) : DataViewRowCursor
    {
        private readonly Lap _start = Lap.Now;

        public override DataViewSchema Schema => source.Schema;

        public override long Position => source.Position;

        public override long Batch => source.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => source.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => source.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

        public override bool MoveNext()
        {
            if (source.MoveNext())
                return true;

            view.Time += Lap.Now - _start;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                source.Dispose();
            base.Dispose(disposing);
        }
    }
}
