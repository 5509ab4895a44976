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
        bool hasAttention = scorer.AttentionLength > 0;
        var getters = new Delegate[hasAttention ? 3 : 2];
        bool[] active = [.. Enumerable.Range(0, getters.Length).Select(activeOutput)];
        if (!active.Contains(true))
            return getters;

        ProteinSet set = features.MakeSet();
        Action<int> read = features.MakeReader(input, set);
        var scores = new ProteinScores(scorer.ClassNames.Count, hasAttention && active[ScoreColumns.Attention] ? scorer.AttentionLength : 0);
        scores.Reserve(1);
        long scored = -1;
        void Score()
        {
            if (scored == input.Position)
                return;
            set.Clear();
            read(0);
            scorer.Score(set, scores);
            scored = input.Position;
        }

        if (active[ScoreColumns.PredictedLabel])
            getters[ScoreColumns.PredictedLabel] = ScoreGetters.PredictedLabel(Score, () => scores.ProbabilitiesOf(0));
        if (active[ScoreColumns.Score])
            getters[ScoreColumns.Score] = ScoreGetters.Vector(Score, () => scores.ProbabilitiesOf(0));
        if (scores.HasAttention)
            getters[ScoreColumns.Attention] = ScoreGetters.Vector(Score, () => scores.AttentionOf(0));
        return getters;
    }
}
