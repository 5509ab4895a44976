namespace Subloc.MLNet.Families;

/// <summary>Finds the kept proteins that a protein resembles. Several threads may search, each with a <see cref="Workspace"/> of its own.</summary>
/// <remarks>
/// As BLAST does (Altschul et al., J. Mol. Biol. 215 (1990), 403-410): words in common are extended without gaps, and the best of these stretches are
/// aligned with gaps.
/// </remarks>
internal sealed class FamilySearch
{
    private const int LeastEqual = 7; // kinds around a word
    private const int LeastAround = 22; // points there
    private const int MostPlaces = 400; // of one word
    private const int Waiting = 64; // places at least, before stretches are extended from them

    private readonly KindSequences _kept;
    private readonly Words[] _words;

    /// <summary>Prepares a search.</summary>
    /// <param name="kept">The proteins that are found.</param>
    /// <param name="threads">Threads that prepare it.</param>
    public FamilySearch(KindSequences kept, int threads)
    {
        _kept = kept;
        _words = new Words[Words.Shapes.Length];
        Parallel.For(0, _words.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, shape => _words[shape] = new Words(kept.Kinds, shape));
    }

    /// <summary>Finds the stretch of each kept protein that a protein resembles most.</summary>
    /// <param name="tokens">The protein.</param>
    /// <param name="leastScore">Points that a stretch has at least.</param>
    /// <param name="workspace">Of the calling thread.</param>
    /// <returns>From the highest score down; valid until the next search with this workspace.</returns>
    public ReadOnlySpan<Stretch> Find(ReadOnlySpan<byte> tokens, int leastScore, Workspace workspace)
    {
        workspace.Take(tokens, _kept.Count);
        for (int shape = 0; shape < _words.Length; shape++)
        {
            Words.Number(workspace.Kinds, shape, workspace.Numbers);
            ReadOnlySpan<int> numbers = workspace.Numbers[..workspace.Kinds.Length];
            for (int place = 0; place < numbers.Length; place++)
            {
                _words[shape].Fetch(numbers, place);
                if (numbers[place] < 0)
                    continue;
                if (FindAlike(workspace, place, _words[shape], numbers[place]) >= Waiting)
                    Extend(workspace, leastScore);
            }

            Extend(workspace, leastScore);
        }

        return workspace.Sort();
    }

    /// <summary>Points of a protein and kept ones, aligned with gaps near stretches.</summary>
    /// <param name="stretches">Up to <see cref="Alignment.Lanes"/> stretches.</param>
    /// <param name="workspace">That found them.</param>
    /// <returns>Of each; valid until the next alignment with this workspace.</returns>
    public ReadOnlySpan<int> Align(ReadOnlySpan<Stretch> stretches, Workspace workspace)
    {
        Span<int> scores = workspace.Points.AsSpan(0, stretches.Length);
        Alignment.WithGaps(workspace.Protein, _kept, stretches, workspace.Scratch, scores);
        for (int i = 0; i < scores.Length; i++)
            scores[i] = Math.Max(scores[i], stretches[i].Score);
        return scores;
    }

    // Places around which much is the same wait until others have been found: meanwhile the memory there is fetched.
    private int FindAlike(Workspace workspace, int place, Words words, int word)
    {
        ReadOnlySpan<int> places = words.PlacesOf(word);
        if (places.Length > MostPlaces)
            return 0;

        ReadOnlySpan<byte> near = workspace.Residues.Slice(place - Surroundings.Before, Surroundings.Width);
        ReadOnlySpan<ulong> surroundings = words.SurroundingsOf(word);
        ulong around = workspace.Around[place];
        for (int i = 0; i < surroundings.Length; i++)
        {
            if (Surroundings.CountEqual(around, surroundings[i]) < LeastEqual || Surroundings.Points(near, surroundings[i]) < LeastAround)
                continue;
            ProcessorCache.Fetch(_kept.Kinds, places[i]);
            workspace.Alike.Add((place, places[i]));
        }

        return workspace.Alike.Count;
    }

    private void Extend(Workspace workspace, int leastScore)
    {
        foreach ((int place, int kept) in workspace.Alike)
        {
            if (workspace.IsBehind(kept - place, place))
                continue;
            (int score, int end) = Alignment.Without(workspace.Residues, place, _kept.Kinds, kept);
            workspace.PassOver(kept - place, end);
            if (score >= leastScore)
                workspace.Keep(_kept.ProteinAt(kept), score, kept - place - _kept.StartOf(_kept.ProteinAt(kept)) + KindSequences.GapLength);
        }

        workspace.Alike.Clear();
    }

    /// <summary>Memory of a search, used again by the next one.</summary>
    internal sealed class Workspace
    {
        private const int Diagonals = 1 << 14;

        private readonly (int Diagonal, int End)[] _passed = new (int, int)[Diagonals];
        private readonly List<int> _found = [];
        private byte[] _residues = [];
        private byte[] _kinds = [];
        private int[] _numbers = [];
        private ulong[] _around = [];
        private int[] _scores = [];
        private int[] _diagonals = [];
        private Stretch[] _stretches = [];
        private int _length;

        /// <summary>Residues of the protein, between gaps.</summary>
        public ReadOnlySpan<byte> Residues => _residues.AsSpan(0, _length + (2 * KindSequences.GapLength));

        /// <summary>Residues of the protein.</summary>
        public ReadOnlySpan<byte> Protein => _residues.AsSpan(KindSequences.GapLength, _length);

        /// <summary>Their kinds, between gaps.</summary>
        public ReadOnlySpan<byte> Kinds => _kinds.AsSpan(0, _length + (2 * KindSequences.GapLength));

        /// <summary>Numbers of its words.</summary>
        public Span<int> Numbers => _numbers;

        /// <summary>What is around each of its places.</summary>
        public ReadOnlySpan<ulong> Around => _around;

        /// <summary>Places in it and in kept proteins around which much is the same.</summary>
        public List<(int Place, int Kept)> Alike { get; } = [];

        /// <summary>Bytes for an alignment.</summary>
        public byte[] Scratch { get; private set; } = [];

        /// <summary>Points of alignments.</summary>
        public int[] Points { get; } = new int[Alignment.Lanes];

        /// <summary>Takes a protein.</summary>
        public void Take(ReadOnlySpan<byte> tokens, int keptProteins)
        {
            _length = tokens.Length;
            int width = _length + (2 * KindSequences.GapLength);
            if (_residues.Length < width)
            {
                (_residues, _kinds, _numbers, _around, Scratch) =
                    (new byte[width], new byte[width], new int[width], new ulong[width], new byte[Alignment.ScratchFor(_length)]);
            }

            if (_scores.Length < keptProteins)
                (_scores, _diagonals) = (new int[keptProteins], new int[keptProteins]);
            foreach (int protein in _found)
                _scores[protein] = 0;
            _found.Clear();
            _passed.AsSpan().Fill((int.MinValue, 0));
            _residues.AsSpan(0, width).Fill(ResidueKinds.NoResidue);
            for (int i = 0; i < tokens.Length; i++)
                _residues[KindSequences.GapLength + i] = ResidueKinds.ResidueOf(tokens[i]);
            for (int i = 0; i < width; i++)
                _kinds[i] = ResidueKinds.KindOf[_residues[i]];
            ulong around = Surroundings.Gaps;
            for (int i = 0; i < width; i++)
                _around[i] = around = Surroundings.Next(around, Kinds, i);
        }

        /// <summary>Whether a stretch on a diagonal reaches beyond a place already.</summary>
        public bool IsBehind(int diagonal, int place)
        {
            (int passed, int end) = _passed[diagonal & (Diagonals - 1)];
            return passed == diagonal && place < end;
        }

        /// <summary>Notes where a stretch on a diagonal ends.</summary>
        public void PassOver(int diagonal, int end) => _passed[diagonal & (Diagonals - 1)] = (diagonal, end);

        /// <summary>Keeps a stretch, if it is the best of its kept protein.</summary>
        public void Keep(int protein, int score, int diagonal)
        {
            if (_scores[protein] == 0)
                _found.Add(protein);
            if (score > _scores[protein])
                (_scores[protein], _diagonals[protein]) = (score, diagonal);
        }

        /// <summary>What was kept, from the highest score down.</summary>
        public ReadOnlySpan<Stretch> Sort()
        {
            if (_stretches.Length < _found.Count)
                _stretches = new Stretch[Math.Max(_found.Count, 2 * _stretches.Length)];
            for (int i = 0; i < _found.Count; i++)
                _stretches[i] = new Stretch(_found[i], _scores[_found[i]], _diagonals[_found[i]]);
            Span<Stretch> found = _stretches.AsSpan(0, _found.Count);
            found.Sort((a, b) => (b.Score, a.Protein).CompareTo((a.Score, b.Protein)));
            return found;
        }
    }
}
