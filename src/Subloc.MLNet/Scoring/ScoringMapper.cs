using Microsoft.ML;
using Subloc.MLNet.Batching;
using Subloc.MLNet.FirstClass;

namespace Subloc.MLNet.Scoring;

/// <summary>Scores one row at a time, for <c>PredictionEngine</c>.</summary>
internal sealed class ScoringMapper(RowTransformer transformer, IProteinScorer scorer, FeatureSource features, DataViewSchema schema)
    : RowMapper(transformer, ScoreColumns.Make(scorer, schema))
{
    protected override IEnumerable<int> Inputs => features.Columns.Select(column => column.Index);

    public override Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action? disposer)
    {
        disposer = null;
        int count = GetOutputColumns().Length;
        bool[] active = [.. Enumerable.Range(0, count).Select(activeOutput)];
        if (!active.Contains(true))
            return new Delegate[count];

        ProteinSet set = features.MakeSet();
        Action<int> read = features.MakeReader(input, set);
        bool withAttention = scorer.AttentionLength > 0 && active[ScoreColumns.Attention];
        var scores = new ProteinScores(scorer.ClassNames.Count, withAttention ? scorer.AttentionLength : 0);
        scores.Reserve(1);
        long scored = -1;
        return ScoreColumns.MakeGetters(scorer, column =>
        {
            if (scored != input.Position)
            {
                set.Clear();
                read(0);
                scorer.Score(set, scores);
                scored = input.Position;
            }

            return scores.ValuesOf(0, column);
        });
    }
}
