using Microsoft.ML;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Blocks;

namespace Subloc.MLNet.Scoring;

/// <summary>Some rows that are scored together.</summary>
internal sealed class ScoringBlock : RowBlock
{
    private readonly IProteinScorer _scorer;
    private readonly ProteinSet _proteins;
    private readonly Action<int> _read;
    private readonly ProteinScores _scores;

    /// <param name="rows">Where the rows come from.</param>
    /// <param name="scorer">Scores them.</param>
    /// <param name="features">The columns of the proteins.</param>
    /// <param name="attentionLength">Positions of a protein's attention; 0 where it is not wanted.</param>
    public ScoringBlock(DataViewRowCursor rows, IProteinScorer scorer, FeatureSource features, int attentionLength)
        : base(rows)
    {
        _scorer = scorer;
        _proteins = features.MakeSet();
        _read = features.MakeReader(rows, _proteins);
        _scores = new ProteinScores(scorer.ClassNames.Count, attentionLength);
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<float> ValuesOf(int row, int column) => _scores.ValuesOf(row, column);

    /// <inheritdoc/>
    public override void Compute(Func<bool> isCancelled)
    {
        _scores.Reserve(Count);
        _scorer.Score(_proteins, _scores, isCancelled);
    }

    /// <inheritdoc/>
    protected override void Clear() => _proteins.Clear();

    /// <inheritdoc/>
    protected override void Add() => _read(0);
}
