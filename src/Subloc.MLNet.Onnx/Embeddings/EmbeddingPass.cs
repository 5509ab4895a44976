using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>Embeds rows in blocks, and reads the next block on another thread while the present one is computed and handed out.</summary>
/// <remarks>
/// The first blocks are small, so that the first rows come soon; later ones are large, so that a batch has proteins of similar length.
/// Two blocks are in memory, whatever the number of rows.
/// </remarks>
internal sealed class EmbeddingPass : IDisposable
{
    private const int FirstRows = 32;
    private const int MostRows = 1024;
    private const long BlockBytes = 64 << 20;

    private readonly DataViewRowCursor _rows;
    private readonly ProteinEmbedder _embedder;
    private readonly EmbeddingCachePass? _cache;
    private readonly Func<bool> _isCancelled;
    private readonly IChannel _channel;
    private readonly IProgressChannel _progress;
    private readonly int _mostRows;
    private EmbeddingBlock _current;
    private EmbeddingBlock _next;
    private Task? _reading;
    private ExceptionDispatchInfo? _failure;
    private int _blockRows = FirstRows;
    private int _row = -1;
    private long _done;
    private long _computed;
    private bool _isDisposed;
    private volatile bool _stopped;

    /// <param name="host">Gets messages and progress.</param>
    /// <param name="rows">Rows to embed; read by one thread at a time, not always the same, and owned from now on.</param>
    /// <param name="transformer">Embeds them.</param>
    /// <param name="isCancelled">Whether to give up; asked on any thread.</param>
    public EmbeddingPass(IHost host, DataViewRowCursor rows, ProteinEmbeddingTransformer transformer, Func<bool> isCancelled)
    {
        _rows = rows;
        _embedder = transformer.Embedder;
        _isCancelled = isCancelled;
        _mostRows = (int)Math.Clamp(BlockBytes / transformer.RowBytes, 8, MostRows);
        _channel = host.Start("Embedding");
        _progress = host.StartProgressChannel("Embedding proteins");
        _progress.SetHeader(new ProgressHeader(["Computed"], ["proteins"]), entry =>
        {
            entry.SetProgress(0, Interlocked.Read(ref _done));
            entry.SetMetric(0, Interlocked.Read(ref _computed));
        });
        _current = new EmbeddingBlock(rows, transformer.MakeReader(rows));
        _next = new EmbeddingBlock(rows, transformer.MakeReader(rows));
        try
        {
            _cache = transformer.BeginCachePass(sentence => _channel.Warning(sentence));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Embedding of the current row.</summary>
    public float[] Values => _current.ValuesOf(_row);

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
        if (_isDisposed)
            return;
        _isDisposed = true;
        _stopped = true;
        _reading?.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        _rows.Dispose();
        _cache?.Dispose();
        if (_done > 0)
            _channel.Info($"Embedded {_done} proteins; {_done - _computed} of them were in the cache or equal to others.");
        _progress.Dispose();
        _channel.Dispose();
    }

    private bool Advance()
    {
        _current.ThrowError();
        if (_reading is null && !_current.IsLast)
            Read();
        if (_reading is null)
            return false;

        _reading.GetAwaiter().GetResult();
        if (_isCancelled())
            throw new OperationCanceledException("Embedding was cancelled.");

        (_current, _next, _reading, _row) = (_next, _current, null, 0);
        if (!_current.IsLast)
            Read();
        Interlocked.Add(ref _computed, _current.Embed(_embedder, _cache, _isCancelled));
        Interlocked.Add(ref _done, _current.Count);
        _progress.Checkpoint(_computed, _done);
        if (_current.Count == 0)
            _current.ThrowError();
        return _current.Count > 0;
    }

    private void Read()
    {
        int rows = Math.Min(_blockRows, _mostRows);
        _blockRows = Math.Min(2 * rows, _mostRows);
        EmbeddingBlock block = _next;
        _reading = Task.Run(() => block.Read(rows, () => _stopped || _isCancelled()));
    }
}
