using Subloc.MLNet.Batching;
using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.TorchSharp.Families;

/// <summary>Residues of many proteins, one behind the other, with a gap before each and behind the last.</summary>
internal sealed class FamilySequences
{
    /// <summary>What stands in gaps, and for letters that are no single residue.</summary>
    public const byte Gap = Alphabet.ResidueCount;

    private const int GapLength = 64;

    private readonly int[] _starts;
    private readonly int[] _owners;

    private FamilySequences(byte[] residues, int[] starts)
    {
        Residues = residues;
        _starts = starts;
        _owners = new int[residues.Length];
        for (int protein = 0; protein < starts.Length - 1; protein++)
            _owners.AsSpan(starts[protein], starts[protein + 1] - starts[protein]).Fill(protein);
    }

    /// <summary>Residues by number, from 0, or <see cref="Gap"/>.</summary>
    public byte[] Residues { get; }

    /// <summary>Number of proteins.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>Place of a protein's first residue.</summary>
    public int StartOf(int protein) => _starts[protein];

    /// <summary>The protein at a place; one in a gap belongs to the protein before.</summary>
    public int ProteinAt(int place) => _owners[place];

    /// <summary>Takes proteins from tokens.</summary>
    /// <param name="set">Proteins as tokens.</param>
    /// <param name="rows">Which of them.</param>
    public static FamilySequences Of(ProteinSet set, IReadOnlyList<int> rows)
    {
        var starts = new int[rows.Count + 1];
        starts[0] = GapLength;
        for (int i = 0; i < rows.Count; i++)
            starts[i + 1] = checked(starts[i] + set.LengthOf(rows[i]) + GapLength);
        var residues = new byte[starts[^1]];
        residues.AsSpan().Fill(Gap);
        for (int i = 0; i < rows.Count; i++)
        {
            Span<byte> own = residues.AsSpan(starts[i], set.LengthOf(rows[i]));
            set.CopyResidues([rows[i]], own.Length, own);
            foreach (ref byte token in own)
                token = token is > Alphabet.Padding and <= Alphabet.ResidueCount ? (byte)(token - 1) : Gap;
        }

        return new FamilySequences(residues, starts);
    }
}
