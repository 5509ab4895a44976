using Subloc.MLNet.Data;

namespace Subloc.MLNet.Explanation;

/// <summary>What a protein is compared with: random ones of the same length.</summary>
internal static class BaselineProteins
{
    /// <summary>Random proteins with the residue frequencies of Swiss-Prot, the same whenever number and length are; one of unknown residues (X) for none.</summary>
    public static string[] Generate(int count, int length)
    {
        var random = new SplitMix64(0);
        return count == 0
            ? [new string('X', length)]
            : [.. Enumerable.Range(0, count).Select(_ => string.Create(length, random, static (residues, random) =>
            {
                for (int i = 0; i < residues.Length; i++)
                    residues[i] = ResidueSampler.Natural.Next(random);
            }))];
    }
}
