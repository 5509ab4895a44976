using System.Runtime.InteropServices;

namespace Subloc.MLNet.TorchSharp.Families;

/// <summary>Chooses, among the stretches that are alike in several proteins, those that say something about most of the proteins.</summary>
/// <remarks>
/// Greedily, as in covering sets: the stretch comes next that is most alike in most proteins, where a protein counts less for every stretch that has
/// it already. A stretch counts more if its proteins are shared otherwise among the compartments than all proteins, and less, by the root of their
/// number, if they are many: small families tell of proteins that nothing else tells of.
/// </remarks>
internal sealed class FamilyChoice
{
    private const int Step = 4;          // between the places that a stretch may begin at
    private const int LeastScore = 36;
    private const int Bonus = 10;        // points that a protein counts at least
    private const int MostPoints = 40;   // and at most
    private const double Decay = 0.6;    // for each stretch that has the protein already

    private readonly FamilySequences _proteins;
    private readonly FamilyShares _shares;
    private readonly int _width;

    /// <param name="proteins">The proteins.</param>
    /// <param name="shares">Where they reside.</param>
    /// <param name="width">Residues of a stretch.</param>
    public FamilyChoice(FamilySequences proteins, FamilyShares shares, int width)
    {
        _proteins = proteins;
        _shares = shares;
        _width = width;
    }

    /// <summary>Chooses stretches.</summary>
    /// <param name="similarities">What is alike.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellation">Ends the choice.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public List<Family> Choose(IReadOnlyList<Similarity> similarities, int count, CancellationToken cancellation)
    {
        List<Match> matches = FindMatches(similarities, cancellation);
        List<Candidate> candidates = Group(matches).ConvertAll(range => new Candidate(range, Tell(matches, range)));
        var covered = new int[_proteins.Count];
        (double, int) Rank(Candidate candidate) => (-candidate.Tells * Gain(matches, candidate.Range, covered), candidate.Range.Start.Value);
        var queue = new PriorityQueue<Candidate, (double, int)>(candidates.Select(candidate => (candidate, Rank(candidate))));
        var chosen = new List<Family>();
        while (chosen.Count < count && queue.TryDequeue(out Candidate candidate, out _))
        {
            cancellation.ThrowIfCancellationRequested();
            (double, int) now = Rank(candidate);
            if (queue.TryPeek(out _, out (double, int) next) && now.CompareTo(next) > 0)
            {
                queue.Enqueue(candidate, now);
                continue;
            }

            ReadOnlySpan<Match> own = CollectionsMarshal.AsSpan(matches)[candidate.Range];
            var places = new int[own.Length + 1];
            places[0] = own[0].Query;
            covered[_proteins.ProteinAt(places[0])]++;
            for (int i = 0; i < own.Length; i++)
            {
                places[i + 1] = own[i].Target;
                covered[own[i].Protein]++;
            }

            chosen.Add(new Family(places));
        }

        return chosen;
    }

    // Sorted by query, then protein, then score from the highest.
    private List<Match> FindMatches(IReadOnlyList<Similarity> similarities, CancellationToken cancellation)
    {
        var matches = new List<Match>();
        foreach (Similarity similarity in similarities)
        {
            cancellation.ThrowIfCancellationRequested();
            AddMatches(similarity.First, similarity.Second, similarity.Length, matches);
            AddMatches(similarity.Second, similarity.First, similarity.Length, matches);
        }

        matches.Sort();
        return matches;
    }

    private void AddMatches(int query, int target, int length, List<Match> matches)
    {
        if (length < _width)
        {
            // A shorter one is widened to both sides.
            int missing = (_width - length) / 2;
            (query, target, length) = (query - missing, target - missing, _width + Step - 1);
        }

        int aligned = (query + Step - 1) / Step * Step;
        for (int shift = aligned - query; shift + _width <= length; shift += Step)
            if (Score(query + shift, target + shift) is { } score && score >= LeastScore)
                matches.Add(new Match(query + shift, _proteins.ProteinAt(target + shift), target + shift, score));
    }

    // Null where a protein ends in between.
    private int? Score(int query, int target)
    {
        ReadOnlySpan<byte> first = _proteins.Residues.AsSpan(query, _width), second = _proteins.Residues.AsSpan(target, _width);
        if (first[0] == FamilySequences.Gap || first[^1] == FamilySequences.Gap || second[0] == FamilySequences.Gap || second[^1] == FamilySequences.Gap)
            return null;

        int score = 0;
        for (int i = 0; i < first.Length; i++)
            score += ResidueScores.Points(first[i], second[i]);
        return score;
    }

    // The best match of each protein, for each query; what is left over of others stands behind, unused.
    private static List<Range> Group(List<Match> matches)
    {
        var ranges = new List<Range>();
        int written = 0;
        for (int i = 0; i < matches.Count;)
        {
            int query = matches[i].Query, start = written;
            for (; i < matches.Count && matches[i].Query == query; i++)
                if (written == start || matches[written - 1].Protein != matches[i].Protein)
                    matches[written++] = matches[i];
            ranges.Add(start..written);
        }

        return ranges;
    }

    private double Tell(List<Match> matches, Range range)
    {
        List<Match> own = matches[range];
        return _shares.Tell(own.Select(match => match.Protein).Prepend(_proteins.ProteinAt(own[0].Query))) / Math.Sqrt(own.Count + 1);
    }

    private static double Gain(List<Match> matches, Range range, int[] covered)
    {
        double gain = 0;
        foreach (ref readonly Match match in CollectionsMarshal.AsSpan(matches)[range])
            gain += Math.Min(match.Score - LeastScore + Bonus, MostPoints) * Math.Pow(Decay, covered[match.Protein]);
        return gain;
    }

    private readonly record struct Candidate(Range Range, double Tells);

    private readonly record struct Match(int Query, int Protein, int Target, int Score) : IComparable<Match>
    {
        public int CompareTo(Match other) =>
            Query != other.Query ? Query.CompareTo(other.Query)
            : Protein != other.Protein ? Protein.CompareTo(other.Protein)
            : Score != other.Score ? other.Score.CompareTo(Score)
            : Target.CompareTo(other.Target);
    }
}
