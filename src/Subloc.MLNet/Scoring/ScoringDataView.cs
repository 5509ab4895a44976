using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Batching;

namespace Subloc.MLNet.Scoring;

/// <summary>A data view with scores added, computed for blocks of rows.</summary>
internal sealed class ScoringDataView : IDataView
{
    private readonly IHost _host;
    private readonly IDataView _input;
    private readonly IProteinScorer _scorer;
    private readonly FeatureSource _features;
    private readonly ColumnBindings _bindings;

    public ScoringDataView(IHost host, IDataView input, IProteinScorer scorer, FeatureSource features)
    {
        _host = host;
        _input = input;
        _scorer = scorer;
        _features = features;
        _bindings = new ColumnBindings(input.Schema, ScoreColumns.Make(scorer, input.Schema));
    }

    // The rows of two cursors are matched by position, so a shuffled input cannot be allowed.
    public bool CanShuffle => false;

    public DataViewSchema Schema => _bindings.Schema;

    public long? GetRowCount() => _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Func<int, bool> needed = RowCursorUtils.FromColumnsToPredicate(columnsNeeded, Schema);
        bool[] active = [.. Enumerable.Range(0, Schema.Count).Select(needed)];
        bool[] activeInput = _bindings.GetActiveInput(needed);
        DataViewSchema.Column[] passed = [.. _input.Schema.Where(column => activeInput[column.Index])];
        bool scores = _bindings.AddedColumnIndices.Any(needed);

        DataViewRowCursor? pass = passed.Length > 0 || !scores ? _input.GetRowCursor(passed) : null;
        DataViewRowCursor? ahead = scores ? _input.GetRowCursor(_features.Columns) : null;
        bool withAttention = _scorer.AttentionLength > 0 && needed(_bindings.AddedColumnIndices[ScoreColumns.Attention]);
        BlockScorer? scorer = ahead is null ? null : new BlockScorer(ahead, _scorer, _features, withAttention, CancellationCheck());
        return new ScoringCursor(_host, _bindings, active, pass, scorer);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    // A context that was cancelled stays so, and the model that its training gave can still be used: only a later cancellation counts.
    private Func<bool> CancellationCheck()
    {
        ICancelable? host = _host is ICancelable { IsCanceled: false } alive ? alive : null;
        return () => host?.IsCanceled == true || _scorer.ScoringCancellation.IsCancellationRequested;
    }
}
