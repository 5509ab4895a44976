using Subloc.MLNet.Batching;
using Subloc.MLNet.Motifs;

namespace Subloc.MLNet.Explanation;

/// <summary>Explains what a model predicts.</summary>
/// <param name="model">The model.</param>
/// <param name="options">How.</param>
internal sealed class Explainer(ExplainedModel model, ExplanationOptions options)
{
    // Proteins whose predictions are made together.
    private const int Block = 64;

    private readonly ExplanationMethod _method = Choose(model, options.Method);
    private readonly int? _class = options.ClassName is { } name ? model.IndexOf(name) : null;

    /// <summary>Explains proteins one after the other; memory does not grow with their number.</summary>
    public IEnumerable<ProteinExplanation> Explain(IEnumerable<(string Id, string Sequence)> proteins)
    {
        foreach ((string Id, string Sequence)[] block in proteins.Chunk(Block))
        {
            (ProteinPrediction Prediction, float[] Attention)[] predictions = Predict([.. block.Select(protein => protein.Sequence)]);
            for (int i = 0; i < block.Length; i++)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                yield return Explain(block[i].Id, block[i].Sequence, predictions[i].Prediction, predictions[i].Attention);
            }
        }
    }

    private static ExplanationMethod Choose(ExplainedModel model, ExplanationMethod method)
    {
        bool hasGradients = model.Network?.Scorer is IGradientScorer;
        return method switch
        {
            ExplanationMethod.Auto => hasGradients && model.Encoder is not null ? ExplanationMethod.IntegratedGradients : ExplanationMethod.Occlusion,
            ExplanationMethod.IntegratedGradients when !hasGradients => throw new NotSupportedException(
                "Integrated gradients need a network that libtorch computes, and this model is computed otherwise; use Occlusion, or the model that it was exported from."),
            ExplanationMethod.Attention when !model.HasAttention => throw new NotSupportedException(
                "The model's network gives no attention; use Occlusion or IntegratedGradients."),
            _ => method,
        };
    }

    private (ProteinPrediction, float[])[] Predict(string[] sequences)
    {
        var predictions = new (ProteinPrediction, float[])[sequences.Length];
        model.Score(sequences, _method == ExplanationMethod.Attention, (row, probabilities, attention) =>
            predictions[row] = (new ProteinPrediction(model.ClassNames, probabilities.ToArray()), attention.ToArray()), options.CancellationToken);
        return predictions;
    }

    private ProteinExplanation Explain(string id, string sequence, ProteinPrediction prediction, float[] attention)
    {
        int explained = _class ?? prediction.PredictedIndex;
        double? difference = null;
        float[] importance = _method switch
        {
            ExplanationMethod.Attention => OfPositions(sequence, attention.AsSpan(0, Math.Min(attention.Length, model.SeenOf(sequence).Count))),
            ExplanationMethod.Occlusion => Occlusion.Explain(model, sequence, prediction.Probabilities, explained, options),
            _ => IntegrateGradients(sequence, explained, out difference),
        };
        return new ProteinExplanation
        {
            Id = id,
            Sequence = sequence,
            Prediction = prediction,
            Method = _method,
            ExplainedClass = model.ClassNames[explained],
            Importance = importance,
            ScoreDifference = difference,
            Motifs = ProteinMotifs.Find(sequence),
        };
    }

    private float[] IntegrateGradients(string sequence, int explained, out double? difference)
    {
        using ProteinSet proteins = model.Encode([sequence, .. BaselineProteins.Generate(options.Baselines, sequence.Length)]);
        var importance = new float[proteins.LengthOf(0)];
        difference = ((IGradientScorer)model.Network!.Scorer).IntegrateGradients(proteins, explained, options.Steps, importance);
        return OfPositions(sequence, Share(importance, options.Window));
    }

    // Each value is shared equally among the positions of the window around it, so that the sum stays.
    private static float[] Share(float[] values, int window)
    {
        var shared = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int start = Math.Max(0, i - (window - 1) / 2), end = Math.Min(values.Length, i + window / 2 + 1);
            for (int j = start; j < end; j++)
                shared[j] += values[i] / (end - start);
        }

        return shared;
    }

    private float[] OfPositions(string sequence, ReadOnlySpan<float> values)
    {
        SeenResidues seen = model.SeenOf(sequence);
        return values.Length == seen.Count ? seen.Spread(values) : throw new NotSupportedException(
            $"The network reads {values.Length} positions for a sequence of {sequence.Length} residues, so that {_method} cannot tell its residues apart; use Occlusion.");
    }
}
