using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Batching;

namespace Subloc.MLNet.Scoring;

/// <summary>Some rows that are scored together.</summary>
internal sealed class ScoringBlock
{
    private readonly DataViewRowCursor _rows;
    private readonly ProteinSet _proteins;
    private readonly Action<int> _read;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly List<DataViewRowId> _ids = [];
    private ExceptionDispatchInfo? _error;

    /// <param name="rows">Where the rows come from.</param>
    /// <param name="features">The columns of the proteins.</param>
    /// <param name="scores">Receives the scores.</param>
    public ScoringBlock(DataViewRowCursor rows, FeatureSource features, ProteinScores scores)
    {
        _rows = rows;
        _proteins = features.MakeSet();
        _read = features.MakeReader(rows, _proteins);
        _id = rows.GetIdGetter();
        Scores = scores;
    }

    /// <summary>Number of rows.</summary>
    public int Count => _proteins.Count;

    /// <summary>Whether no row that could be read follows these.</summary>
    public bool IsLast { get; private set; }

    /// <summary>Scores of the rows, once they are scored.</summary>
    public ProteinScores Scores { get; }

    /// <summary>Identifier of one row.</summary>
    public DataViewRowId IdOf(int row) => _ids[row];

    /// <summary>Reads the next rows in place of the present ones. An error ends the reading and is thrown by <see cref="ThrowError"/>.</summary>
    /// <param name="count">Rows to read at most.</param>
    /// <param name="isStopped">Whether to read no further; asked before each row.</param>
    public void Read(int count, Func<bool> isStopped)
    {
        _proteins.Clear();
        _ids.Clear();
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

    /// <summary>Scores the rows.</summary>
    public void Score(IProteinScorer scorer, Func<bool> isCancelled)
    {
        Scores.Reserve(Count);
        scorer.Score(_proteins, Scores, isCancelled);
    }

    private void ReadRow()
    {
        IsLast = !_rows.MoveNext();
        if (IsLast)
            return;

        DataViewRowId id = default;
        _id(ref id);
        _read(0);
        _ids.Add(id);
    }
}
