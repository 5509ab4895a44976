using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.TorchSharp.Families;

/// <summary>Finds stretches that are alike in two of many proteins, without gaps.</summary>
/// <remarks>
/// As BLAST does (Altschul et al., J. Mol. Biol. 215 (1990), 403-410): short words that two proteins have in common are extended to both sides until
/// the score falls behind its best. Words have places that do not count (Ma, Tromp and Li, Bioinformatics 18 (2002), 440-445), and residues count as
/// equal that are of one of ten kinds (Murphy, Wallqvist and Levy, Protein Eng. 13 (2000), 149-152). Stretches of few kinds of residues
/// have no words, because they are alike in proteins that are not related.
/// </remarks>
internal sealed class SimilaritySearch
{
    /// <summary>
    /// Points from which on two stretches tell that proteins are related. Among 20,000 proteins that are not, a few thousand pairs reach it by chance.
    /// </summary>
    public const int LeastScore = 68;

    private const int Kinds = 10;
    private const int WordPlaces = 6;
    private const int GiveUp = 20; // points behind the best
    private const int Near = 5;
    private const int LeastNear = 18;
    private const int LongestRow = 300; // occurrences of one word that each is compared with
    private const int Neighbourhood = 12;
    private const double LeastEntropy = 2.2; // bits in a neighbourhood

    // Kind of each residue of ARNDCQEGHILKMFPSTWYV: LVIM, C, A, G, ST, P, FYW, EDNQ, KR, H.
    private static readonly byte[] _kinds = [2, 8, 7, 7, 1, 7, 7, 3, 9, 0, 0, 8, 0, 6, 5, 4, 4, 6, 6, 0];

    // Offsets of the places that count.
    private static readonly int[][] _words = [[0, 1, 2, 3, 4, 5], [0, 1, 3, 4, 6, 7], [0, 2, 3, 5, 8, 9], [0, 1, 4, 6, 9, 11]];

    private readonly FamilySequences _proteins;
    private readonly bool[] _varied;

    /// <param name="proteins">The proteins.</param>
    public SimilaritySearch(FamilySequences proteins)
    {
        _proteins = proteins;
        _varied = FindVaried(proteins.Residues);
    }

    /// <summary>Finds all pairs of stretches, each once, in order of their places.</summary>
    /// <param name="threads">Threads that search.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Similarity[] Find(int threads, CancellationToken cancellation)
    {
        var found = new HashSet<Similarity>();
        foreach (int[] word in _words)
        {
            (int[] places, int[] starts) = Sort(word);
            int[] common = [.. Enumerable.Range(0, starts.Length - 1).Where(row => starts[row + 1] > starts[row] + 1)];
            Parallel.ForEach(
                common, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
                () => new HashSet<Similarity>(),
                (row, _, own) =>
                {
                    Compare(places.AsSpan(starts[row], starts[row + 1] - starts[row]), own);
                    return own;
                },
                own =>
                {
                    lock (found)
                        found.UnionWith(own);
                });
        }

        Similarity[] all = [.. found];
        Array.Sort(all, (a, b) => (a.First, a.Second, a.Length).CompareTo((b.First, b.Second, b.Length)));
        return all;
    }

    // Places by the word that begins there, and where in them each word's begin.
    private (int[] Places, int[] Starts) Sort(int[] word)
    {
        byte[] residues = _proteins.Residues;
        var starts = new int[(int)Math.Pow(Kinds, WordPlaces) + 1];
        var codes = new int[residues.Length];
        for (int place = 0; place < residues.Length; place++)
        {
            codes[place] = CodeAt(place, word);
            if (codes[place] >= 0)
                starts[codes[place] + 1]++;
        }

        for (int i = 1; i < starts.Length; i++)
            starts[i] += starts[i - 1];
        var places = new int[starts[^1]];
        int[] next = [.. starts];
        for (int place = 0; place < residues.Length; place++)
            if (codes[place] >= 0)
                places[next[codes[place]]++] = place;
        return (places, starts);
    }

    // -1 where there is no word.
    private int CodeAt(int place, int[] word)
    {
        if (place + word[^1] >= _varied.Length || !_varied[place] || !_varied[place + word[^1]])
            return -1;

        int code = 0;
        foreach (int offset in word)
        {
            byte residue = _proteins.Residues[place + offset];
            if (residue == FamilySequences.Gap)
                return -1;
            code = (code * Kinds) + _kinds[residue];
        }

        return code;
    }

    private void Compare(ReadOnlySpan<int> places, HashSet<Similarity> found)
    {
        for (int i = 0; i < places.Length; i++)
        {
            int protein = _proteins.ProteinAt(places[i]);
            int end = Math.Min(places.Length, i + 1 + LongestRow);
            for (int j = i + 1; j < end; j++)
            {
                if (IsNear(places[i], places[j]) && _proteins.ProteinAt(places[j]) != protein && Extend(places[i], places[j]) is { Score: >= LeastScore } similarity)
                    found.Add(similarity);
            }
        }
    }

    private bool IsNear(int first, int second)
    {
        byte[] residues = _proteins.Residues;
        int score = 0;
        for (int i = -Near; i < WordPlaces + Near; i++)
            score += ResidueScores.Points(residues[first + i], residues[second + i]);
        return score >= LeastNear;
    }

    private Similarity Extend(int first, int second)
    {
        (int behind, int right) = Extend(first, second, 1);
        (int before, int left) = Extend(first - 1, second - 1, -1);
        return new Similarity(first - left, second - left, left + right, behind + before);
    }

    // The best score, and over how many residues.
    private (int Score, int Length) Extend(int first, int second, int step)
    {
        byte[] residues = _proteins.Residues;
        (int score, int best, int length) = (0, 0, 0);
        for (int i = 0; score > best - GiveUp; i++)
        {
            byte a = residues[first + (i * step)], b = residues[second + (i * step)];
            if (a == FamilySequences.Gap || b == FamilySequences.Gap)
                break;
            score += ResidueScores.Points(a, b);
            if (score > best)
                (best, length) = (score, i + 1);
        }

        return (best, length);
    }

    // Whether the residues around a place are of many kinds (Wootton and Federhen, Comput. Chem. 17 (1993), 149-163).
    private static bool[] FindVaried(byte[] residues)
    {
        var varied = new bool[residues.Length];
        var counts = new int[Alphabet.ResidueCount + 1];
        for (int place = 0; place < residues.Length; place++)
        {
            counts[residues[place]]++;
            if (place >= Neighbourhood)
                counts[residues[place - Neighbourhood]]--;
            double entropy = 0;
            for (int k = 0; k < Alphabet.ResidueCount; k++)
                if (counts[k] > 0)
                    entropy -= (double)counts[k] / Neighbourhood * Math.Log2((double)counts[k] / Neighbourhood);
            varied[Math.Max(0, place - (Neighbourhood / 2))] = entropy >= LeastEntropy;
        }

        return varied;
    }
}
