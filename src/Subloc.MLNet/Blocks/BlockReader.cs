using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Subloc.MLNet.Blocks;

/// <summary>Computes rows in blocks, and reads the next block on another thread while the present one is computed and handed out.</summary>
/// <remarks>
/// The first blocks are small, so that the first rows come soon; later ones are large, so that a block has many proteins of any
/// length. Two blocks are in memory, whatever the number of rows.
/// </remarks>
internal sealed class BlockReader : IDisposable
{
    private readonly DataViewRowCursor _rows;
    private readonly BlockPass _pass;
    private readonly string _work;
    private readonly Func<bool> _isCancelled;
    private RowBlock _current;
    private RowBlock _next;
    private Task? _reading;
    private ExceptionDispatchInfo? _failure;
    private int _blockRows;
    private int _row = -1;
    private bool _isDisposed;
    private volatile bool _stopped;

    /// <param name="rows">Rows to work on; read by one thread at a time, not always the same, and owned from now on.</param>
    /// <param name="pass">Computes their values; owned from now on.</param>
    /// <param name="work">What is done, for messages.</param>
    /// <param name="isCancelled">Whether to give up; asked on any thread.</param>
    public BlockReader(DataViewRowCursor rows, BlockPass pass, string work, Func<bool> isCancelled)
    {
        _rows = rows;
        _pass = pass;
        _work = work;
        _isCancelled = isCancelled;
        _blockRows = pass.FirstRows;
        _current = pass.MakeBlock(rows);
        _next = pass.MakeBlock(rows);
    }

    /// <summary>Identifier of the current row.</summary>
    public DataViewRowId Id => _current.IdOf(_row);

    /// <summary>Values of the current row.</summary>
    /// <param name="column">Position of the column among those that are added.</param>
    public ReadOnlySpan<float> Values(int column) => _current.ValuesOf(_row, column);

    /// <summary>Goes to the next row; false behind the last one. An error in reading is thrown where the row is due that could not be read.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public bool MoveNext()
    {
        _failure?.Throw();
        if (++_row < _current.Count)
            return true;

        try
        {
            return Advance();
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            throw;
        }
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _stopped = true;
        _reading?.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        _rows.Dispose();
        _pass.Dispose();
    }

    private bool Advance()
    {
        _current.ThrowError();
        if (_reading is null && !_current.IsLast)
            Read();
        if (_reading is null)
            return false;

        // Where the pool has no free thread, this one does the reading.
        _reading.GetAwaiter().GetResult();
        if (_isCancelled())
            throw new OperationCanceledException($"{_work} was cancelled.");

        (_current, _next, _reading, _row) = (_next, _current, null, 0);
        if (!_current.IsLast)
            Read();
        _current.Compute(_isCancelled);
        if (_current.Count == 0)
            _current.ThrowError();
        return _current.Count > 0;
    }

    private void Read()
    {
        int rows = Math.Min(_blockRows, _pass.MostRows);
        _blockRows = Math.Min(2 * rows, _pass.MostRows);
        RowBlock block = _next;
        _reading = Task.Run(() => block.Read(rows, () => _stopped || _isCancelled()));
    }
}
