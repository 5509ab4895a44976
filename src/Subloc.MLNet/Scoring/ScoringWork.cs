using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Blocks;

namespace Subloc.MLNet.Scoring;

/// <summary>Scores blocks of rows.</summary>
/// <param name="scorer">Scores them.</param>
/// <param name="features">The columns of the proteins.</param>
internal sealed class ScoringWork(IProteinScorer scorer, FeatureSource features) : IBlockWork
{
    private const int SmallestBlock = 32;
    private const int SmallBlock = 256;
    private const int LargestBlock = 2048;
    private const long BlockBytes = 16 << 20;

    /// <inheritdoc/>
    public string Name => "Scoring";

    /// <inheritdoc/>
    public IEnumerable<DataViewSchema.Column> Inputs => features.Columns;

    /// <inheritdoc/>
    public CancellationToken Cancellation => scorer.ScoringCancellation;

    /// <inheritdoc/>
    public DataViewSchema.DetachedColumn[] MakeColumns(DataViewSchema inputSchema) => ScoreColumns.Make(scorer, inputSchema);

    /// <inheritdoc/>
    public Delegate[] MakeGetters(CurrentValues current) => ScoreColumns.MakeGetters(scorer, current);

    /// <inheritdoc/>
    public BlockPass Begin(IHost host, Func<int, bool> isNeeded)
    {
        int attentionLength = scorer.AttentionLength > 0 && isNeeded(ScoreColumns.Attention) ? scorer.AttentionLength : 0;
        long rowBytes = features.RowBytes + (long)attentionLength * sizeof(float);
        return new Pass(scorer, features, attentionLength, (int)Math.Clamp(BlockBytes / rowBytes, SmallestBlock, LargestBlock));
    }

    private sealed class Pass(IProteinScorer scorer, FeatureSource features, int attentionLength, int mostRows) : BlockPass(SmallBlock, mostRows)
    {
        public override RowBlock MakeBlock(DataViewRowCursor rows) => new ScoringBlock(rows, scorer, features, attentionLength);
    }
}
