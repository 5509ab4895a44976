namespace Subloc.MLNet.Families;

/// <summary>Proteins as kinds of residues, one behind the other, with a gap before each and behind the last.</summary>
internal sealed class KindSequences
{
    /// <summary>Gaps between proteins, wider than what the search reads beyond a word.</summary>
    public const int GapLength = 16;

    private readonly int[] _starts;

    /// <param name="lengths">Residues of each protein.</param>
    /// <exception cref="OverflowException">They have 2 billion residues or more.</exception>
    public KindSequences(IReadOnlyList<int> lengths)
    {
        _starts = new int[lengths.Count + 1];
        _starts[0] = GapLength;
        for (int i = 0; i < lengths.Count; i++)
            _starts[i + 1] = checked(_starts[i] + lengths[i] + GapLength);
        Kinds = new byte[_starts[^1]];
        Kinds.AsSpan().Fill(ResidueKinds.Gap);
    }

    /// <summary>Kinds of all residues, and gaps.</summary>
    public byte[] Kinds { get; }

    /// <summary>Number of proteins.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>Place of a protein's first residue.</summary>
    public int StartOf(int protein) => _starts[protein];

    /// <summary>Place behind a protein's last residue.</summary>
    public int EndOf(int protein) => _starts[protein + 1] - GapLength;

    /// <summary>The protein at a place.</summary>
    public int ProteinAt(int place)
    {
        int found = Array.BinarySearch(_starts, place);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>Kinds of one protein.</summary>
    public Span<byte> KindsOf(int protein) => Kinds.AsSpan(_starts[protein], EndOf(protein) - _starts[protein]);
}
