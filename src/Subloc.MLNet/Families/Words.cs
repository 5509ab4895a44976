namespace Subloc.MLNet.Families;

/// <summary>Where the short words of proteins stand, by word.</summary>
/// <remarks>
/// A word is six places, some of which in between do not count (Ma, Tromp and Li, Bioinformatics 18 (2002), 440-445). Stretches of few kinds of residues
/// have no words, because they are alike in proteins that are not related (Wootton and Federhen, Comput. Chem. 17 (1993), 149-163).
/// </remarks>
internal sealed class Words
{
    /// <summary>Words whose index is built for a search, as the offsets of the places that count.</summary>
    public static readonly int[][] Shapes = [[0, 1, 2, 3, 4, 5], [0, 1, 3, 4, 6, 7]];

    private const int Neighbourhood = 12;
    private const double LeastEntropy = 2.1; // bits in a neighbourhood

    // How many places ahead of the reader memory is fetched: where a word's places begin first, since these are found by it.
    private const int StartsAhead = 16;
    private const int PlacesAhead = 6;
    private const int FetchedAtOnce = 64 / sizeof(ulong);

    // Of the word numbers.
    private static readonly int _count = (int)Math.Pow(ResidueKinds.WordKinds, Shapes[0].Length);
    private static readonly double[] _entropies =
        [.. Enumerable.Range(0, Neighbourhood + 1).Select(count => count == 0 ? 0 : -(double)count / Neighbourhood * Math.Log2((double)count / Neighbourhood))];

    private readonly int[] _places;
    private readonly ulong[] _surroundings;
    private readonly int[] _starts;

    /// <param name="kinds">Kinds of all residues, and gaps, with which they begin.</param>
    /// <param name="shape">Which of <see cref="Shapes"/>.</param>
    public Words(byte[] kinds, int shape)
    {
        _starts = new int[_count + 1];
        var numbers = new int[kinds.Length];
        Number(kinds, shape, numbers);
        foreach (int number in numbers)
            if (number >= 0)
                _starts[number + 1]++;
        for (int i = 1; i < _starts.Length; i++)
            _starts[i] += _starts[i - 1];
        _places = new int[_starts[^1]];
        _surroundings = new ulong[_places.Length];
        int[] next = [.. _starts];
        ulong around = Surroundings.Gaps;
        for (int place = 0; place < numbers.Length; place++)
        {
            around = Surroundings.Next(around, kinds, place);
            if (numbers[place] < 0)
                continue;
            int index = next[numbers[place]]++;
            (_places[index], _surroundings[index]) = (place, around);
        }
    }

    /// <summary>Places at which a word begins, in order.</summary>
    public ReadOnlySpan<int> PlacesOf(int word) => _places.AsSpan(_starts[word], _starts[word + 1] - _starts[word]);

    /// <summary>What is around each of these places.</summary>
    public ReadOnlySpan<ulong> SurroundingsOf(int word) => _surroundings.AsSpan(_starts[word], _starts[word + 1] - _starts[word]);

    /// <summary>Begins to fetch what is said about the words that come soon.</summary>
    /// <param name="numbers">Numbers of words, -1 where there is none.</param>
    /// <param name="place">Where the reader is among them.</param>
    public void Fetch(ReadOnlySpan<int> numbers, int place)
    {
        if (place + StartsAhead < numbers.Length && numbers[place + StartsAhead] is >= 0 and int far)
            ProcessorCache.Fetch(_starts, far);
        if (place + PlacesAhead >= numbers.Length || numbers[place + PlacesAhead] is not (>= 0 and int near))
            return;
        ProcessorCache.Fetch(_surroundings, _starts[near]);
        ProcessorCache.Fetch(_surroundings, _starts[near] + FetchedAtOnce);
        ProcessorCache.Fetch(_places, _starts[near]);
    }

    /// <summary>Numbers the words that begin at each place; -1 where there is none.</summary>
    /// <param name="kinds">Kinds of residues, and gaps.</param>
    /// <param name="shape">Which of <see cref="Shapes"/>.</param>
    /// <param name="numbers">Receives as many numbers.</param>
    public static void Number(ReadOnlySpan<byte> kinds, int shape, Span<int> numbers)
    {
        numbers[..kinds.Length].Fill(-1);
        ReadOnlySpan<int> offsets = Shapes[shape];
        int last = offsets[^1];
        MarkVaried(kinds, numbers);
        for (int place = 0; place < kinds.Length; place++)
        {
            int word = place + last < kinds.Length && numbers[place] == 0 && numbers[place + last] == 0 ? 0 : -1;
            for (int i = 0; i < offsets.Length && word >= 0; i++)
            {
                byte kind = kinds[place + offsets[i]];
                word = kind == ResidueKinds.Gap ? -1 : (word * ResidueKinds.WordKinds) + ResidueKinds.WordKindOf[kind];
            }

            numbers[place] = word;
        }
    }

    // Zero where the residues around are of many kinds.
    private static void MarkVaried(ReadOnlySpan<byte> kinds, Span<int> marks)
    {
        Span<int> counts = stackalloc int[ResidueKinds.Count + 1];
        counts.Clear();
        double entropy = 0;
        for (int place = 0; place < kinds.Length; place++)
        {
            if (place >= Neighbourhood)
                entropy += Count(counts, kinds[place - Neighbourhood], -1);
            entropy += Count(counts, kinds[place], 1);
            if (place >= Neighbourhood / 2)
                marks[place - (Neighbourhood / 2)] = entropy >= LeastEntropy ? 0 : -1;
        }
    }

    // What that changes in the entropy.
    private static double Count(Span<int> counts, byte kind, int change)
    {
        if (kind == ResidueKinds.Gap)
            return 0;

        double before = _entropies[counts[kind]];
        counts[kind] += change;
        return _entropies[counts[kind]] - before;
    }
}
