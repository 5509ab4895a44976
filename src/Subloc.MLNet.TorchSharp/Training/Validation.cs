using Subloc.MLNet.Evaluation;
using Subloc.MLNet.Scoring;
using Subloc.MLNet.TorchSharp.Scoring;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Measures a network on the validation rows.</summary>
internal sealed class Validation(TrainingSetup setup, IReadOnlyList<int> rows)
{
    /// <summary>Scores the rows with the network as it stands, in evaluation mode; null without rows.</summary>
    public ValidationResult? Measure()
    {
        if (rows.Count == 0)
            return null;

        int classes = setup.Shape.Classes;
        var scorer = new NetworkScorer(setup.Network, setup.Shape, setup.Options.Network.NeedsFixedLength, setup.Device);
        var all = new ProteinScores(classes, attentionLength: 0);
        all.Reserve(setup.Set.Count);
        scorer.Score(setup.Set, rows, all);
        double loss = 0;
        var counts = new ConfusionCounts(classes);
        foreach (int row in rows)
        {
            Span<float> scores = all.ProbabilitiesOf(row);
            loss += setup.Targets.CrossEntropy(row, scores);
            counts.Add(setup.Targets.ClassOf(row), ScoreColumns.ArgMax(scores));
        }

        return new ValidationResult(loss / rows.Count, counts.Accuracy, counts.MacroF1, counts.Gorodkin);
    }
}
