using Subloc.MLNet.Scoring;
using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.Explanation;

/// <summary>Scores all mutants of a protein that differ in one residue.</summary>
/// <param name="model">The model.</param>
/// <param name="options">Which mutants, and how many effects are kept.</param>
internal sealed class SubstitutionScanner(ExplainedModel model, SubstitutionScanOptions options)
{
    /// <summary>Scans a protein; memory grows with the effects that are kept, not with the mutants.</summary>
    /// <exception cref="ArgumentException">A position is none of the sequence's.</exception>
    public SubstitutionScan Scan(string sequence)
    {
        int[] positions = PositionsOf(sequence);
        ProteinPrediction wildType = model.Predict([sequence], options.CancellationToken)[0];
        var largest = new PriorityQueue<SubstitutionEffect, Rank>();
        using IEnumerator<Substitution> scored = Substitutions(sequence, positions).GetEnumerator();
        int count = 0, changes = 0;
        IEnumerable<string> mutants = Substitutions(sequence, positions).Select(substitution => substitution.Apply(sequence));
        model.Score(mutants, withAttention: false, (number, probabilities, attention) =>
        {
            scored.MoveNext();
            count++;
            int predicted = ScoreColumns.ArgMax(probabilities);
            bool isChanged = predicted != wildType.PredictedIndex;
            changes += isChanged ? 1 : 0;
            float probability = probabilities[wildType.PredictedIndex];
            float change = probability - wildType.Probability;
            var rank = new Rank(Math.Abs(change), number);
            if ((options.OnlyClassChanges && !isChanged) || (largest.Count == options.Top && largest.TryPeek(out _, out Rank least) && rank.CompareTo(least) < 0))
                return;

            var effect = new SubstitutionEffect(scored.Current, model.ClassNames[predicted], probability, change, isChanged);
            if (largest.Count == options.Top)
                largest.EnqueueDequeue(effect, rank);
            else
                largest.Enqueue(effect, rank);
        }, options.CancellationToken);

        var effects = new SubstitutionEffect[largest.Count];
        for (int i = effects.Length - 1; i >= 0; i--)
            effects[i] = largest.Dequeue();
        return new SubstitutionScan { Sequence = sequence, WildType = wildType, Scored = count, ClassChanges = changes, Effects = effects };
    }

    private static IEnumerable<Substitution> Substitutions(string sequence, int[] positions)
    {
        foreach (int position in positions)
        {
            foreach (char residue in Alphabet.Residues)
            {
                if (residue != sequence[position - 1])
                    yield return new Substitution(position, sequence[position - 1], residue);
            }
        }
    }

    private int[] PositionsOf(string sequence)
    {
        if (options.Positions is not { } chosen)
        {
            SeenResidues seen = model.SeenOf(sequence);
            return [.. Enumerable.Range(0, seen.Count).Select(i => seen.IndexOf(i) + 1)];
        }

        foreach (int position in chosen)
        {
            if (position < 1 || position > sequence.Length)
                throw new ArgumentException($"There is no position {position} in a sequence of {sequence.Length} residues.", nameof(sequence));
        }

        return [.. chosen.Distinct().Order()];
    }

    // Of equal changes the one that stands first is the larger.
    private readonly record struct Rank(float Change, int Number) : IComparable<Rank>
    {
        public int CompareTo(Rank other)
        {
            int byChange = Change.CompareTo(other.Change);
            return byChange != 0 ? byChange : other.Number.CompareTo(Number);
        }
    }
}
