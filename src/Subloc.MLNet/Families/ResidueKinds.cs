using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.Families;

/// <summary>The kinds of residues that families keep, and how alike residues are to them.</summary>
/// <remarks>
/// Residues that replace each other most often share a kind. The points of a residue and a kind are the logarithm of the odds that relatives have them at
/// one place, from BLOSUM62 and the frequencies of residues (Henikoff and Henikoff, PNAS 89 (1992), 10915-10919), in the unit of that matrix.
/// </remarks>
internal static class ResidueKinds
{
    /// <summary>Number of kinds: 14.</summary>
    public const int Count = 14;

    /// <summary>What stands between proteins in place of a kind, and for letters that are no single residue.</summary>
    public const byte Gap = Count;

    /// <summary>What stands around a protein in place of a residue, and for letters that are no single residue.</summary>
    public const byte NoResidue = Alphabet.ResidueCount;

    /// <summary>Number of coarser kinds, those of words: 10 (Murphy, Wallqvist and Levy, Protein Eng. 13 (2000), 149-152).</summary>
    public const int WordKinds = 10;

    private const int RowLength = 16;
    private const double PointInNats = 0.3176;
    private const sbyte WithGap = -4;

    private static readonly string[] _kinds = ["IV", "LM", "FY", "W", "EQ", "D", "N", "KR", "H", "ST", "A", "G", "P", "C"];
    private static readonly byte[] _wordKinds = [0, 0, 1, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9];

    // Shares in UniProtKB/Swiss-Prot, in the order of Alphabet.Residues.
    private static readonly double[] _shares =
        [0.0825, 0.0553, 0.0406, 0.0545, 0.0137, 0.0393, 0.0675, 0.0707, 0.0227, 0.0596, 0.0966, 0.0584, 0.0242, 0.0386, 0.0470, 0.0657, 0.0534, 0.0108, 0.0292, 0.0687];

    private static readonly byte[] _kindOf = [.. Alphabet.Residues.Select(residue => (byte)Array.FindIndex(_kinds, kind => kind.Contains(residue, StringComparison.Ordinal))), Gap];
    private static readonly sbyte[] _points = MakePoints();

    /// <summary>Residue of a token, by its number from 0; <see cref="NoResidue"/> where it is no single one.</summary>
    public static byte ResidueOf(byte token) => token is > Alphabet.Padding and <= Alphabet.ResidueCount ? (byte)(token - 1) : NoResidue;

    /// <summary>Kind of a residue, by its number from 0; <see cref="Gap"/> for <see cref="NoResidue"/>.</summary>
    public static ReadOnlySpan<byte> KindOf => _kindOf;

    /// <summary>Kind in words of each kind.</summary>
    public static ReadOnlySpan<byte> WordKindOf => _wordKinds;

    /// <summary>Points of a residue, or <see cref="NoResidue"/>, and a kind, or <see cref="Gap"/>.</summary>
    public static int Points(byte residue, byte kind) => _points[(residue * RowLength) + kind];

    /// <summary>Points of a residue with each kind, and with <see cref="Gap"/>.</summary>
    public static ReadOnlySpan<sbyte> PointsOf(byte residue) => _points.AsSpan(residue * RowLength, RowLength);

    private static sbyte[] MakePoints()
    {
        var points = new sbyte[(Alphabet.ResidueCount + 1) * RowLength];
        points.AsSpan().Fill(WithGap);
        for (int residue = 0; residue < Alphabet.ResidueCount; residue++)
        {
            for (int kind = 0; kind < Count; kind++)
            {
                double odds = 0, share = 0;
                foreach (char other in _kinds[kind])
                {
                    double own = _shares[Alphabet.Residues.IndexOf(other, StringComparison.Ordinal)];
                    odds += own * Math.Exp(PointInNats * Alphabet.Blosum62(Alphabet.Residues[residue], other));
                    share += own;
                }

                points[(residue * RowLength) + kind] = (sbyte)Math.Round(Math.Log(odds / share) / PointInNats);
            }
        }

        return points;
    }
}
