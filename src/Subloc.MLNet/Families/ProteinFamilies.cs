using System.Collections.Concurrent;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Scoring;

namespace Subloc.MLNet.Families;

/// <summary>Families of training proteins, ready to say where a protein's relatives reside. Several threads may ask.</summary>
internal sealed class ProteinFamilies
{
    private const int MostAlignments = 15;
    private const int LeastStretch = 38; // points
    private const double BitsOfOne = 50; // of an alignment that the prior is counted in

    private readonly KindSequences _kept;
    private readonly byte[] _shares;
    private readonly float[] _parts; // the same, each family's summing to 1
    private readonly float[] _all;
    private readonly Lazy<FamilySearch> _search;
    private readonly ConcurrentBag<Work> _free = [];

    /// <param name="options">How many there are, and how they speak.</param>
    /// <param name="kept">The protein that each family keeps.</param>
    /// <param name="shares">How each family's members are shared among the C compartments, [families, C], in 255ths.</param>
    /// <param name="all">How all proteins are shared, [C]: above 0, summing to 1.</param>
    public ProteinFamilies(FamilyOptions options, KindSequences kept, byte[] shares, float[] all)
    {
        Options = options;
        (_kept, _shares, _all) = (kept, shares, all);
        _parts = Array.ConvertAll(shares, share => (float)share);
        for (int family = 0; family < kept.Count; family++)
            Normalize(_parts.AsSpan(family * all.Length, all.Length));

        _search = new Lazy<FamilySearch>(() => new FamilySearch(kept, Environment.ProcessorCount));
    }

    /// <summary>How many there are, and how they speak.</summary>
    public FamilyOptions Options { get; }

    /// <summary>Number of families.</summary>
    public int Count => _kept.Count;

    /// <summary>The protein that each family keeps.</summary>
    public KindSequences Kept => _kept;

    /// <summary>How each family's members are shared among the C compartments, [families, C], in 255ths.</summary>
    public ReadOnlySpan<byte> Shares => _shares;

    /// <summary>How all proteins are shared, [C].</summary>
    public ReadOnlySpan<float> SharesOfAll => _all;

    /// <summary>The same families with another weight.</summary>
    public ProteinFamilies Weighing(double weight) => new(Options with { Weight = weight }, _kept, _shares, _all);

    /// <summary>Begins to prepare the search, so that the first question is answered sooner.</summary>
    public void Prepare() => Task.Run(() => _search.Value);

    /// <summary>Adds the families' word to what a network says about proteins.</summary>
    /// <param name="set">Proteins as tokens.</param>
    /// <param name="proteins">Which of them.</param>
    /// <param name="scores">The network's probabilities; receives those of both.</param>
    /// <param name="temperature">What the network's logits were divided by.</param>
    public void Speak(ProteinSet set, int[] proteins, ProteinScores scores, double temperature)
    {
        foreach (int protein in proteins)
            Speak(set, protein, scores.ProbabilitiesOf(protein), temperature);
    }

    /// <summary>Adds the families' word to what a network says about a protein.</summary>
    /// <param name="set">Proteins as tokens.</param>
    /// <param name="protein">One of them.</param>
    /// <param name="probabilities">The network's, [C]; receives those of both.</param>
    /// <param name="temperature">What the network's logits were divided by.</param>
    public void Speak(ProteinSet set, int protein, Span<float> probabilities, double temperature)
    {
        Work work = _free.TryTake(out Work? free) ? free : new Work(_all.Length);
        Span<byte> tokens = work.TokensOf(set.LengthOf(protein));
        set.CopyResidues([protein], tokens.Length, tokens);
        if (Ask(tokens, work))
        {
            // Logarithms, because neither word need be small.
            Span<double> logits = work.Word;
            double most = double.NegativeInfinity;
            for (int i = 0; i < logits.Length; i++)
                most = Math.Max(most, logits[i] = Math.Log(probabilities[i]) + (Options.Weight / temperature * logits[i]));
            for (int i = 0; i < logits.Length; i++)
                probabilities[i] = (float)Math.Exp(logits[i] - most);
            Normalize(probabilities);
        }

        _free.Add(work);
    }

    /// <summary>What the families say of a protein, before it is multiplied with their weight.</summary>
    /// <param name="tokens">The protein.</param>
    /// <returns>Log-odds against all proteins, [C]; all 0 where none is alike.</returns>
    public double[] WordOn(ReadOnlySpan<byte> tokens)
    {
        var work = new Work(_all.Length);
        return Ask(tokens, work) ? work.Word : new double[_all.Length];
    }

    private bool Ask(ReadOnlySpan<byte> tokens, Work work)
    {
        Span<double> votes = work.Word;
        votes.Clear();
        double sum = 0;
        ReadOnlySpan<Stretch> stretches = _search.Value.Find(tokens, LeastStretch, work.Workspace);
        stretches = stretches[..Math.Min(stretches.Length, MostAlignments)];
        ReadOnlySpan<int> points = _search.Value.Align(stretches, work.Workspace);
        for (int found = 0; found < stretches.Length; found++)
        {
            double bits = Alignment.Bits(points[found]);
            if (bits < Options.LeastBits)
                continue;

            double vote = bits * bits;
            for (int i = 0; i < votes.Length; i++)
                votes[i] += vote * _parts[(stretches[found].Protein * votes.Length) + i];
            sum += vote;
        }

        double prior = Options.Prior * BitsOfOne * BitsOfOne;
        for (int i = 0; i < votes.Length; i++)
            votes[i] = Math.Log((votes[i] + (prior * _all[i])) / ((sum + prior) * _all[i]));
        return sum > 0;
    }

    private static void Normalize(Span<float> values)
    {
        float sum = 0;
        foreach (float value in values)
            sum += value;
        foreach (ref float value in values)
            value /= sum;
    }

    private sealed class Work(int classes)
    {
        private byte[] _tokens = [];

        public FamilySearch.Workspace Workspace { get; } = new();

        public double[] Word { get; } = new double[classes];

        public Span<byte> TokensOf(int length)
        {
            if (_tokens.Length < length)
                _tokens = new byte[length];
            return _tokens.AsSpan(0, length);
        }
    }
}
