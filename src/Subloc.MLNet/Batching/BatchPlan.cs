namespace Subloc.MLNet.Batching;

/// <summary>Divides proteins into batches so that little of a batch is padding.</summary>
/// <remarks>
/// Proteins are shuffled, cut into pools of 50 batches, sorted by length inside each pool and cut into batches, whose order
/// is shuffled again. The shuffles depend on the seed and the epoch only. A network that needs a fixed length gets plain
/// shuffled batches.
/// </remarks>
internal sealed class BatchPlan
{
    private const int PoolBatches = 50;

    private readonly ProteinSet _set;
    private readonly int _batchSize;
    private readonly long _batchTokens;
    private readonly int _length;
    private readonly bool _fixed;
    private readonly int _lengthStep;

    /// <param name="set">The proteins.</param>
    /// <param name="batchSize">Proteins in a batch at most.</param>
    /// <param name="batchTokens">Positions of a batch at most, padding included, unless one protein has more; 0 sets no limit.</param>
    /// <param name="length">Positions of the longest input, L.</param>
    /// <param name="isFixed">Whether every batch is padded to L, or only to its own longest protein.</param>
    /// <param name="lengthStep">Lengths of batches are multiples of this, but for L: few lengths suit kernels that are prepared for each.</param>
    public BatchPlan(ProteinSet set, int batchSize, int batchTokens, int length, bool isFixed, int lengthStep = 16)
    {
        _set = set;
        _batchSize = batchSize;
        _batchTokens = batchTokens == 0 ? long.MaxValue : batchTokens;
        _length = length;
        _fixed = isFixed;
        _lengthStep = lengthStep;
    }

    /// <summary>Batches of an epoch, as indices of proteins. Their number may differ between epochs.</summary>
    public List<int[]> Shuffle(IReadOnlyList<int> proteins, int seed, int epoch)
    {
        var random = new Random(unchecked(seed * 1_000_003 + epoch));
        int[] order = [.. proteins];
        random.Shuffle(order);
        var batches = new List<int[]>();
        int pool = PoolBatches * _batchSize;
        for (int start = 0; start < order.Length; start += pool)
        {
            Span<int> part = order.AsSpan(start, Math.Min(pool, order.Length - start));
            if (!_fixed)
                SortByLength(part);
            Cut(part, batches);
        }

        int[][] shuffled = [.. batches];
        random.Shuffle(shuffled);
        return [.. shuffled];
    }

    /// <summary>Batches for scoring: longest proteins first, the same each time.</summary>
    /// <remarks>Where several threads share them, the short ones at the end let all finish at about the same time.</remarks>
    public List<int[]> InOrder(IReadOnlyList<int> proteins)
    {
        int[] order = [.. proteins];
        if (!_fixed)
            SortByLength(order);

        order.AsSpan().Reverse();
        var batches = new List<int[]>();
        Cut(order, batches);
        return batches;
    }

    /// <summary>Positions that a batch is padded to.</summary>
    public int LengthOf(ReadOnlySpan<int> batch)
    {
        if (_fixed)
            return _length;

        int longest = 1;
        foreach (int protein in batch)
            longest = Math.Max(longest, _set.LengthOf(protein));

        return Pad(longest);
    }

    private int Pad(int longest) => _fixed ? _length : Math.Min((longest + _lengthStep - 1) / _lengthStep * _lengthStep, _length);

    private void Cut(ReadOnlySpan<int> order, List<int[]> batches)
    {
        int start = 0, longest = 1;
        for (int i = 0; i < order.Length; i++)
        {
            int count = i - start;
            int length = Math.Max(longest, _set.LengthOf(order[i]));
            if (count == _batchSize || (count > 0 && (count + 1L) * Pad(length) > _batchTokens))
            {
                batches.Add(order[start..i].ToArray());
                (start, length) = (i, _set.LengthOf(order[i]));
            }

            longest = length;
        }

        if (start < order.Length)
            batches.Add(order[start..].ToArray());
    }

    // Ties are broken by index: Sort is not stable, and equal seeds must give equal batches.
    private void SortByLength(Span<int> proteins) => proteins.Sort((a, b) =>
    {
        int byLength = _set.LengthOf(a).CompareTo(_set.LengthOf(b));
        return byLength != 0 ? byLength : a.CompareTo(b);
    });
}
