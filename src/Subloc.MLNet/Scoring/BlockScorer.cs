using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Batching;

namespace Subloc.MLNet.Scoring;

/// <summary>Scores rows in blocks, and reads the next block on another thread while the present one is scored and handed out.</summary>
/// <remarks>
/// The first blocks are small, so that the first rows come soon; later ones are large, so that a block has many proteins of any
/// length. Two blocks are in memory, whatever the number of rows.
/// </remarks>
internal sealed class BlockScorer : IDisposable
{
    private const int FirstRows = 256;
    private const int MostRows = 2048;
    private const long BlockBytes = 16 << 20;

    private readonly DataViewRowCursor _rows;
    private readonly IProteinScorer _scorer;
    private readonly Func<bool> _isCancelled;
    private readonly int _mostRows;
    private ScoringBlock _current;
    private ScoringBlock _next;
    private Task? _reading;
    private ExceptionDispatchInfo? _failure;
    private int _blockRows = FirstRows;
    private int _row = -1;
    private volatile bool _stopped;

    /// <param name="rows">Rows to score; read by one thread at a time, not always the same, and owned from now on.</param>
    /// <param name="scorer">Scores them.</param>
    /// <param name="features">The columns of the proteins.</param>
    /// <param name="withAttention">Whether the attention is wanted too.</param>
    /// <param name="isCancelled">Whether to give up; asked on any thread.</param>
    public BlockScorer(DataViewRowCursor rows, IProteinScorer scorer, FeatureSource features, bool withAttention, Func<bool> isCancelled)
    {
        _rows = rows;
        _scorer = scorer;
        _isCancelled = isCancelled;
        int attentionLength = withAttention ? scorer.AttentionLength : 0;
        _mostRows = (int)Math.Clamp(BlockBytes / (features.RowBytes + (long)attentionLength * sizeof(float)), 32, MostRows);
        _current = new ScoringBlock(rows, features, new ProteinScores(scorer.ClassNames.Count, attentionLength));
        _next = new ScoringBlock(rows, features, new ProteinScores(scorer.ClassNames.Count, attentionLength));
    }

    /// <summary>Scores of the current row.</summary>
    public ReadOnlySpan<float> Scores => _current.Scores.ProbabilitiesOf(_row);

    /// <summary>Attention of the current row.</summary>
    public ReadOnlySpan<float> Attention => _current.Scores.AttentionOf(_row);

    /// <summary>Identifier of the current row.</summary>
    public DataViewRowId Id => _current.IdOf(_row);

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
        _stopped = true;
        _reading?.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        _rows.Dispose();
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
            throw new OperationCanceledException("Scoring was cancelled.");

        (_current, _next, _reading, _row) = (_next, _current, null, 0);
        if (!_current.IsLast)
            Read();
        _current.Score(_scorer, _isCancelled);
        if (_current.Count == 0)
            _current.ThrowError();
        return _current.Count > 0;
    }

    private void Read()
    {
        int rows = Math.Min(_blockRows, _mostRows);
        _blockRows = Math.Min(2 * rows, _mostRows);
        ScoringBlock block = _next;
        _reading = Task.Run(() => block.Read(rows, () => _stopped || _isCancelled()));
    }
}
