using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.TorchSharp.Families;

/// <summary>How alike two residues are, and what may stand for one: BLOSUM62 and frequencies (Henikoff and Henikoff, PNAS 89 (1992), 10915-10919).</summary>
internal static class ResidueScores
{
    /// <summary>Natural logarithm of the odds in one point of BLOSUM62.</summary>
    public const double PointInNats = 0.3176;

    private const int Width = Alphabet.ResidueCount + 1;
    private const sbyte WithGap = -4;

    // Shares in UniProtKB/Swiss-Prot, in the order of Alphabet.Residues.
    private static readonly double[] _shares = Normalized(
        [0.0825, 0.0553, 0.0406, 0.0545, 0.0137, 0.0393, 0.0675, 0.0707, 0.0227, 0.0596, 0.0966, 0.0584, 0.0242, 0.0386, 0.0470, 0.0657, 0.0534, 0.0108, 0.0292, 0.0687]);

    /// <summary>Points for two residues, each by number or <see cref="FamilySequences.Gap"/>.</summary>
    public static int Points(byte first, byte second) => _table[(first * Width) + second];

    /// <summary>Share of a residue in all proteins.</summary>
    public static double Share(int residue) => _shares[residue];

    /// <summary>Probability of a residue where another one stands in a relative, [20 x 20]: that of the relative times 20, and the residue.</summary>
    public static ReadOnlySpan<double> Substitutes => _substitutes;

    private static readonly sbyte[] _table = MakeTable();
    private static readonly double[] _substitutes = MakeSubstitutes();

    private static sbyte[] MakeTable()
    {
        var table = new sbyte[Width * Width];
        for (int a = 0; a < Width; a++)
            for (int b = 0; b < Width; b++)
                table[(a * Width) + b] = a == Alphabet.ResidueCount || b == Alphabet.ResidueCount
                    ? WithGap
                    : (sbyte)Alphabet.Blosum62(Alphabet.Residues[a], Alphabet.Residues[b]);
        return table;
    }

    private static double[] MakeSubstitutes()
    {
        var table = new double[Alphabet.ResidueCount * Alphabet.ResidueCount];
        for (int a = 0; a < Alphabet.ResidueCount; a++)
        {
            Span<double> row = table.AsSpan(a * Alphabet.ResidueCount, Alphabet.ResidueCount);
            for (int b = 0; b < Alphabet.ResidueCount; b++)
                row[b] = _shares[b] * Math.Exp(PointInNats * _table[(a * Width) + b]);
            Normalized(row.ToArray()).CopyTo(row);
        }

        return table;
    }

    private static double[] Normalized(double[] values)
    {
        double sum = values.Sum();
        return Array.ConvertAll(values, value => value / sum);
    }
}
