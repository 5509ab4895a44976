using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.Motifs;

/// <summary>Scales of how residues like water.</summary>
internal static class Hydropathy
{
    // In the order of Alphabet.Residues.
    private static readonly float[] _kyteDoolittle = ByLetter(
        [1.8f, -4.5f, -3.5f, -3.5f, 2.5f, -3.5f, -3.5f, -0.4f, -3.2f, 4.5f, 3.8f, -3.9f, 1.9f, 2.8f, -1.6f, -0.8f, -0.7f, -0.9f, -1.3f, 4.2f]);

    private static readonly float[] _eisenberg = ByLetter(
        [0.25f, -1.76f, -0.64f, -0.72f, 0.04f, -0.69f, -0.62f, 0.16f, -0.40f, 0.73f, 0.53f, -1.10f, 0.26f, 0.61f, -0.07f, -0.26f, -0.18f, 0.37f, 0.02f, 0.54f]);

    /// <summary>Kyte and Doolittle's value of a residue, -4.5 to 4.5; 0 for other letters.</summary>
    public static float KyteDoolittle(char residue) => residue < _kyteDoolittle.Length ? _kyteDoolittle[residue] : 0;

    /// <summary>Mean of Kyte and Doolittle's values.</summary>
    public static double Mean(ReadOnlySpan<char> residues)
    {
        double sum = 0;
        foreach (char residue in residues)
            sum += KyteDoolittle(residue);
        return sum / residues.Length;
    }

    /// <summary>Length of the mean vector of the consensus scale around the axis of an alpha helix, whose residues stand 100 degrees apart.</summary>
    public static double Moment(ReadOnlySpan<char> residues)
    {
        double x = 0, y = 0;
        for (int i = 0; i < residues.Length; i++)
        {
            double value = residues[i] < _eisenberg.Length ? _eisenberg[residues[i]] : 0;
            (double sin, double cos) = Math.SinCos(i * 100 * Math.PI / 180);
            (x, y) = (x + value * cos, y + value * sin);
        }

        return Math.Sqrt(x * x + y * y) / residues.Length;
    }

    private static float[] ByLetter(float[] values)
    {
        var table = new float['Z' + 1];
        for (int i = 0; i < values.Length; i++)
            table[Alphabet.Residues[i]] = values[i];
        return table;
    }
}
