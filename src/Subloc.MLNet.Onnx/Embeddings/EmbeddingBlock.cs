using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>Some rows that are embedded together.</summary>
internal sealed class EmbeddingBlock
{
    private readonly DataViewRowCursor _rows;
    private readonly Func<SequenceWindows> _read;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly List<DataViewRowId> _ids = [];
    private readonly List<SequenceWindows> _sequences = [];
    private float[][] _values = [];
    private ExceptionDispatchInfo? _error;

    /// <param name="rows">Where the rows come from.</param>
    /// <param name="read">Reads the current row's sequence.</param>
    public EmbeddingBlock(DataViewRowCursor rows, Func<SequenceWindows> read)
    {
        _rows = rows;
        _read = read;
        _id = rows.GetIdGetter();
    }

    /// <summary>Number of rows.</summary>
    public int Count => _sequences.Count;

    /// <summary>Whether no row that could be read follows these.</summary>
    public bool IsLast { get; private set; }

    /// <summary>Embedding of one row.</summary>
    public float[] ValuesOf(int row) => _values[row];

    /// <summary>Identifier of one row.</summary>
    public DataViewRowId IdOf(int row) => _ids[row];

    /// <summary>Reads the next rows in place of the present ones. An error ends the reading and is thrown by <see cref="ThrowError"/>.</summary>
    /// <param name="count">Rows to read at most.</param>
    /// <param name="isStopped">Whether to read no further; asked before each row.</param>
    public void Read(int count, Func<bool> isStopped)
    {
        _ids.Clear();
        _sequences.Clear();
        _values = [];
        try
        {
            while (Count < count && !IsLast && !isStopped())
            {
                IsLast = !_rows.MoveNext();
                if (IsLast)
                    break;

                DataViewRowId id = default;
                _id(ref id);
                _sequences.Add(_read());
                _ids.Add(id);
            }
        }
        catch (Exception exception)
        {
            _error = ExceptionDispatchInfo.Capture(exception);
            IsLast = true;
        }
    }

    /// <summary>Throws what kept the row behind the last one from being read, if anything did.</summary>
    public void ThrowError() => _error?.Throw();

    /// <summary>Embeds the rows.</summary>
    /// <returns>How many of them were computed rather than found.</returns>
    public int Embed(ProteinEmbedder embedder, EmbeddingCachePass? cache, Func<bool> isCancelled)
    {
        (_values, int computed) = embedder.Embed(_sequences, cache, isCancelled);
        return computed;
    }
}
