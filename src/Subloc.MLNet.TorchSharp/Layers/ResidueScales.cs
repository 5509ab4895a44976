using Subloc.MLNet.Motifs;
using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Properties of the residues, and groups that they belong to.</summary>
/// <remarks>
/// Whole numbers, so that sums along a protein are exact in float32. Sources, in the order of the rows: hydropathy in tenths, Kyte and Doolittle,
/// J. Mol. Biol. 157 (1982), 105-132; charge; preference for helices and for strands in hundredths, Chou and Fasman, Adv. Enzymol. 47 (1978),
/// 45-148; volume in tenths of a cubic angstrom, Zamyatnin, Prog. Biophys. Mol. Biol. 24 (1972), 107-123; disorder in thousandths, TOP-IDP of
/// Campen et al., Protein Pept. Lett. 15 (2008), 956-963.
/// </remarks>
internal static class ResidueScales
{
    private static readonly float[][] _properties =
    [
        [.. Alphabet.Residues.Select(residue => MathF.Round(10 * Hydropathy.KyteDoolittle(residue)))],

        // In the order of Alphabet.Residues: A, R, N, D, C, Q, E, G, H, I, L, K, M, F, P, S, T, W, Y, V.
        [0, 1, 0, -1, 0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
        [142, 98, 67, 101, 70, 111, 151, 57, 100, 108, 121, 116, 145, 113, 57, 77, 83, 108, 69, 106],
        [83, 93, 89, 54, 119, 110, 37, 75, 87, 160, 130, 74, 105, 138, 55, 75, 119, 137, 147, 170],
        [886, 1734, 1141, 1111, 1085, 1438, 1384, 601, 1532, 1667, 1667, 1686, 1629, 1899, 1127, 890, 1161, 2278, 1936, 1400],
        [60, 180, 7, 192, 20, 318, 736, 166, 303, -486, -326, 586, -397, -697, 987, 341, 59, -884, -510, -121],
    ];

    private static readonly string[] _groups = ["KR", "DE", "ST", "FWY", "ILV", "C", "P", "G", "Q", "N", "H", "A", "M"];

    /// <summary>How many there are.</summary>
    public static int Count => _properties.Length + _groups.Length;

    /// <summary>Row-major [<see cref="Count"/>, 20]: properties, hydropathy first, then 1 for the residues of each group.</summary>
    public static float[] Table { get; } =
        [.. _properties.SelectMany(values => values), .. _groups.SelectMany(group => Alphabet.Residues.Select(residue => group.Contains(residue) ? 1f : 0f))];
}
