using System.Collections.Concurrent;
using System.Text;
using Subloc.MLNet.Batching;

namespace Subloc.MLNet.Families;

/// <summary>Finds families among proteins.</summary>
/// <remarks>
/// From the longest protein to the shortest: one that no family has taken begins a family of its own, and takes all shorter ones of which a good part
/// resembles it (greedily, as Holm and Sander do, Bioinformatics 14 (1998), 423-429). It is the one that the family keeps.
/// </remarks>
internal sealed class FamilyFinder
{
    private const int Chunk = 64;            // proteins that are searched for at a time; the families depend on it
    private const int LeastStretch = 44;     // points without gaps of a stretch that is aligned with gaps
    private const double LeastOfSelf = 0.18; // points of an alignment, as a share of those of a protein with itself

    private readonly KindSequences _proteins;
    private readonly byte[][] _tokens;
    private readonly int[] _selfScores;
    private readonly int[] _order;
    private readonly int[] _ranks;

    /// <param name="set">Proteins as tokens.</param>
    /// <param name="rows">Those among which families are found.</param>
    public FamilyFinder(ProteinSet set, IReadOnlyList<int> rows)
    {
        _proteins = new KindSequences([.. rows.Select(set.LengthOf)]);
        _tokens = new byte[rows.Count][];
        _selfScores = new int[rows.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            _tokens[i] = new byte[set.LengthOf(rows[i])];
            set.CopyResidues([rows[i]], _tokens[i].Length, _tokens[i]);
            Span<byte> kinds = _proteins.KindsOf(i);
            for (int place = 0; place < kinds.Length; place++)
            {
                byte residue = ResidueKinds.ResidueOf(_tokens[i][place]);
                kinds[place] = ResidueKinds.KindOf[residue];
                _selfScores[i] += residue == ResidueKinds.NoResidue ? 0 : ResidueKinds.Points(residue, kinds[place]);
            }
        }

        _order = [.. Enumerable.Range(0, rows.Count).OrderByDescending(protein => _tokens[protein].Length)];
        _ranks = new int[rows.Count];
        for (int rank = 0; rank < _order.Length; rank++)
            _ranks[_order[rank]] = rank;
    }

    /// <summary>Finds families.</summary>
    /// <param name="shares">How each protein is shared among the C compartments, each summing to 1.</param>
    /// <param name="options">How many, and how they speak.</param>
    /// <param name="threads">Threads that search; the families do not depend on it.</param>
    /// <param name="isCancelled">Whether to give up; asked every 64 proteins.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ProteinFamilies Find(IReadOnlyList<double[]> shares, FamilyOptions options, int threads, Func<bool> isCancelled)
    {
        List<int>[] families = [.. Group(options.LeastBits, threads, isCancelled).OrderByDescending(family => family.Count).Take(options.Count)];
        var kept = new KindSequences([.. families.Select(family => _tokens[family[0]].Length)]);
        double[] all = Sum(shares, Enumerable.Range(0, shares.Count), 1);
        var parts = new byte[families.Length * all.Length];
        for (int i = 0; i < families.Length; i++)
        {
            _proteins.KindsOf(families[i][0]).CopyTo(kept.KindsOf(i));
            double[] own = Sum(shares, families[i], 0);
            double most = own.Max();
            for (int k = 0; k < all.Length; k++)
                parts[(i * all.Length) + k] = (byte)Math.Max(Math.Round(byte.MaxValue * own[k]), own[k] == most ? 1 : 0);
        }

        return new ProteinFamilies(options with { Count = families.Length }, kept, parts, Array.ConvertAll(all, share => (float)share));
    }

    // Members of each family, the longest one first.
    private List<List<int>> Group(double leastBits, int threads, Func<bool> isCancelled)
    {
        int[][] copies = FindCopies();
        var free = new ConcurrentBag<FamilySearch.Workspace>();
        var search = new FamilySearch(_proteins, threads);
        var families = new List<List<int>>();
        bool[] taken = Array.ConvertAll(copies, own => own.Length == 0);
        for (int next = 0; next < _order.Length;)
        {
            if (isCancelled())
                throw new OperationCanceledException("Finding families was cancelled.");
            var chunk = new List<int>();
            for (; next < _order.Length && chunk.Count < Chunk; next++)
                if (!taken[_order[next]])
                    chunk.Add(_order[next]);
            var relatives = new List<int>[chunk.Count];
            Parallel.For(
                0, chunk.Count, new ParallelOptions { MaxDegreeOfParallelism = threads },
                () => free.TryTake(out FamilySearch.Workspace? workspace) ? workspace : new FamilySearch.Workspace(),
                (i, _, workspace) =>
                {
                    relatives[i] = FindRelatives(search, workspace, chunk[i], leastBits, taken);
                    return workspace;
                },
                free.Add);
            for (int i = 0; i < chunk.Count; i++)
            {
                if (taken[chunk[i]])
                    continue;
                List<int> family = [.. copies[chunk[i]], .. relatives[i].Where(relative => !taken[relative]).SelectMany(relative => copies[relative])];
                family.ForEach(member => taken[member] = true);
                families.Add(family);
            }
        }

        return families;
    }

    // Of each protein itself and all that are equal to it, which may be so many that no word tells anything; nothing of those that come behind an equal one.
    private int[][] FindCopies()
    {
        var copies = new int[_tokens.Length][];
        foreach (IGrouping<string, int> equal in _order.GroupBy(protein => Encoding.Latin1.GetString(_proteins.KindsOf(protein))))
        {
            foreach (int protein in equal)
                copies[protein] = [];
            copies[equal.First()] = [.. equal];
        }

        return copies;
    }

    private List<int> FindRelatives(FamilySearch search, FamilySearch.Workspace workspace, int protein, double leastBits, bool[] taken)
    {
        var relatives = new List<int>();
        var shorter = new List<Stretch>();
        foreach (Stretch stretch in search.Find(_tokens[protein], LeastStretch, workspace))
            if (!taken[stretch.Protein] && _ranks[stretch.Protein] > _ranks[protein])
                shorter.Add(stretch);
        foreach (Stretch[] some in shorter.Chunk(Alignment.Lanes))
        {
            ReadOnlySpan<int> points = search.Align(some, workspace);
            for (int i = 0; i < some.Length; i++)
                if (points[i] >= LeastOfSelf * _selfScores[some[i].Protein] && Alignment.Bits(points[i]) >= leastBits)
                    relatives.Add(some[i].Protein);
        }

        return relatives;
    }

    // Shares of some proteins together, after each compartment has had some more.
    private static double[] Sum(IReadOnlyList<double[]> shares, IEnumerable<int> proteins, double more)
    {
        var sums = new double[shares[0].Length];
        sums.AsSpan().Fill(more);
        foreach (int protein in proteins)
            for (int i = 0; i < sums.Length; i++)
                sums[i] += shares[protein][i];
        double whole = sums.Sum();
        return Array.ConvertAll(sums, sum => sum / whole);
    }
}
