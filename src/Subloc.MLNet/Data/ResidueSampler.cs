using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.Data;

/// <summary>Draws residues by their frequencies.</summary>
internal sealed class ResidueSampler
{
    // Percent of all residues in UniProtKB/Swiss-Prot, in the order of Alphabet.Residues.
    private static readonly double[] _naturalPercent =
    [
        8.25, 5.53, 4.06, 5.46, 1.38, 3.93, 6.72, 7.07, 2.27, 5.91, 9.65, 5.80, 2.41, 3.86, 4.74, 6.65, 5.36, 1.10, 2.92, 6.86,
    ];

    private readonly double[] _cumulative = new double[Alphabet.ResidueCount];

    /// <summary>Makes a sampler of natural frequencies with some residues made more frequent.</summary>
    /// <param name="enriched">Residues whose frequency is multiplied.</param>
    /// <param name="factor">Multiple of the natural frequency, before all are normalised.</param>
    public ResidueSampler(string enriched, double factor)
    {
        double sum = 0;
        for (int i = 0; i < _cumulative.Length; i++)
            _cumulative[i] = sum += _naturalPercent[i] * (enriched.Contains(Alphabet.Residues[i], StringComparison.Ordinal) ? factor : 1);
    }

    /// <summary>Residues of natural proteins.</summary>
    public static ResidueSampler Natural { get; } = new("", 1);

    /// <summary>Draws one residue.</summary>
    public char Next(SplitMix64 random)
    {
        double point = random.NextDouble() * _cumulative[^1];
        int index = 0;
        while (index < _cumulative.Length - 1 && point >= _cumulative[index])
            index++;

        return Alphabet.Residues[index];
    }
}
