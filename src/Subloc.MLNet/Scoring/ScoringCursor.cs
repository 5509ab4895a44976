using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.Scoring;

/// <summary>Hands out scored rows in order: one cursor passes the input's columns on, a second one runs ahead and is scored.</summary>
internal sealed class ScoringCursor : RootCursorBase
{
    private readonly ColumnBindings _bindings;
    private readonly bool[] _active;
    private readonly DataViewRowCursor? _pass;
    private readonly BlockScorer? _scores;
    private readonly ValueGetter<DataViewRowId>? _passId;
    private bool _disposed;

    public ScoringCursor(IChannelProvider provider, ColumnBindings bindings, bool[] active, DataViewRowCursor? pass, BlockScorer? scores)
        : base(provider)
    {
        _bindings = bindings;
        _active = active;
        _pass = pass;
        _scores = scores;
        _passId = pass?.GetIdGetter();
    }

    public override long Batch => 0;

    public override DataViewSchema Schema => _bindings.Schema;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Ch.CheckParam(IsColumnActive(column), nameof(column), "The column was not asked for when the cursor was made.");
        int index = _bindings.MapColumnIndex(out bool isInput, column.Index);
        if (isInput)
            return _pass!.GetGetter<TValue>(_pass.Schema[index]);

        Delegate getter = index switch
        {
            ScoreColumns.PredictedLabel => ScoreGetters.PredictedLabel(CheckRow, () => _scores!.Scores),
            ScoreColumns.Score => ScoreGetters.Vector(CheckRow, () => _scores!.Scores),
            _ => ScoreGetters.Vector(CheckRow, () => _scores!.Attention),
        };
        return getter as ValueGetter<TValue>
            ?? throw Ch.Except($"Column '{column.Name}' is {column.Type}, and cannot be read as {typeof(TValue)}.");
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
    {
        CheckRow();
        if (_scores is not null)
            value = _scores.Id;
        else
            _passId!(ref value);
    };

    protected override bool MoveNextCore()
    {
        bool passed = _pass?.MoveNext() ?? true;
        bool scored = _scores?.MoveNext() ?? true;
        Ch.Check(_pass is null || _scores is null || passed == scored && (!passed || SameRow()), "The input gave other rows when it was read a second time; cache it before scoring.");
        return passed && scored;
    }

    protected override void Dispose(bool disposing)
    {
        if (!_disposed && disposing)
        {
            _pass?.Dispose();
            _scores?.Dispose();
        }

        _disposed = true;
        base.Dispose(disposing);
    }

    private bool SameRow()
    {
        DataViewRowId id = default;
        _passId!(ref id);
        return id.Equals(_scores!.Id);
    }

    private void CheckRow() => Ch.Check(IsGood, "There is no current row; call MoveNext first.");
}
