using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Subloc.MLNet.Blocks;

/// <summary>Some rows whose values are computed together. Kept and filled anew with other rows.</summary>
internal abstract class RowBlock
{
    private readonly DataViewRowCursor _rows;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly List<DataViewRowId> _ids = [];
    private ExceptionDispatchInfo? _error;

    /// <param name="rows">Where the rows come from.</param>
    protected RowBlock(DataViewRowCursor rows)
    {
        _rows = rows;
        _id = rows.GetIdGetter();
    }

    /// <summary>Number of rows.</summary>
    public int Count => _ids.Count;

    /// <summary>Whether no row that could be read follows these.</summary>
    public bool IsLast { get; private set; }

    /// <summary>Identifier of one row.</summary>
    public DataViewRowId IdOf(int row) => _ids[row];

    /// <summary>Values of one row, once they are computed.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">Position of the column among those that are added.</param>
    public abstract ReadOnlySpan<float> ValuesOf(int row, int column);

    /// <summary>Reads the next rows in place of the present ones. An error ends the reading and is thrown by <see cref="ThrowError"/>.</summary>
    /// <param name="count">Rows to read at most.</param>
    /// <param name="isStopped">Whether to read no further; asked before each row.</param>
    public void Read(int count, Func<bool> isStopped)
    {
        _ids.Clear();
        Clear();
        try
        {
            while (Count < count && !IsLast && !isStopped())
                ReadRow();
        }
        catch (Exception exception)
        {
            _error = ExceptionDispatchInfo.Capture(exception);
            IsLast = true;
        }
    }

    /// <summary>Throws what kept the row behind the last one from being read, if anything did.</summary>
    public void ThrowError() => _error?.Throw();

    /// <summary>Computes the values of the rows.</summary>
    /// <param name="isCancelled">Whether to give up; may be asked on any thread.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public abstract void Compute(Func<bool> isCancelled);

    /// <summary>Forgets the rows, and their values.</summary>
    protected abstract void Clear();

    /// <summary>Adds the row that the cursor is at.</summary>
    protected abstract void Add();

    private void ReadRow()
    {
        IsLast = !_rows.MoveNext();
        if (IsLast)
            return;

        DataViewRowId id = default;
        _id(ref id);
        Add();
        _ids.Add(id);
    }
}
