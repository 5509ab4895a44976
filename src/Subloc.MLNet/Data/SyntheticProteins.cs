using System.Globalization;

namespace Subloc.MLNet.Data;

/// <summary>Generates synthetic proteins: known sorting signals in random backgrounds, for tests, examples and first steps.</summary>
/// <remarks>
/// <para>
/// Nothing here is a natural protein, and a model trained on it says nothing about natural proteins. What a compartment's
/// proteins carry, with probability <see cref="SyntheticProteinOptions.SignalStrength"/>; <see cref="SyntheticSignalKind"/>
/// describes and cites each signal:
/// </para>
/// <list type="table">
/// <listheader><term>compartment</term><description>signals</description></listheader>
/// <item><term>Cell membrane</term><description>one to seven helices of 20 to 25 residues, positive inside</description></item>
/// <item><term>Cytoplasm</term><description>leucine-rich nuclear export signal</description></item>
/// <item><term>Endoplasmic reticulum</term><description>signal peptide, and KDEL or HDEL; or a helix and KKXX</description></item>
/// <item><term>Extracellular</term><description>signal peptide, none to two glycosylation sites</description></item>
/// <item><term>Golgi apparatus</term><description>short tail, one helix of 16 to 18 residues, glycosylation sites</description></item>
/// <item><term>Lysosome/Vacuole</term><description>signal peptide, many glycosylation sites; vacuolar propeptide, or a helix
/// and YXXΦ or DXXLL</description></item>
/// <item><term>Mitochondrion</term><description>mitochondrial transit peptide</description></item>
/// <item><term>Nucleus</term><description>one or two monopartite or bipartite nuclear localization signals</description></item>
/// <item><term>Peroxisome</term><description>PTS1 at the C-terminus (85 %) or PTS2 near the N-terminus</description></item>
/// <item><term>Plastid</term><description>plastid transit peptide</description></item>
/// </list>
/// <para>
/// Backgrounds have the residue frequencies of UniProtKB/Swiss-Prot; those that carry signals lean slightly towards residues that
/// are frequent in their compartment. Each partition holds families of about five members, all of one compartment, derived from a
/// random ancestor by substitutions (no insertions or deletions): two members agree in about 30 to 60 % of positions, proteins of
/// different families only by chance. Families never cross partitions, so a random split leaks and a split by partition does
/// not: with signal strength 0 every honest evaluation by partition stays at the level of guessing.
/// </para>
/// </remarks>
public static class SyntheticProteins
{
    private const int FamilySize = 5;

    /// <summary>Names of the ten compartments, in ordinal order.</summary>
    public static IReadOnlyList<string> Compartments { get; } = [.. SyntheticCompartment.All.Select(compartment => compartment.Name)];

    /// <summary>Generates synthetic proteins in random order.</summary>
    /// <param name="options">Settings; the defaults where null.</param>
    /// <returns>As many proteins as the options say: the same for the same options, on every platform.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static IReadOnlyList<SyntheticProtein> Generate(SyntheticProteinOptions? options = null)
    {
        options = (options ?? new SyntheticProteinOptions()).Validate();
        var random = new SplitMix64(unchecked((ulong)options.Seed));
        var proteins = new List<SyntheticProtein>(options.Count);
        int[] counts = CountMembers(options);
        for (int i = 0; i < counts.Length; i++)
            AddCompartment(proteins, SyntheticCompartment.All[i], counts[i], options, random);

        SyntheticProtein[] shuffled = [.. proteins];
        random.Shuffle<SyntheticProtein>(shuffled);
        for (int i = 0; i < shuffled.Length; i++)
            shuffled[i] = shuffled[i] with { Id = "SYNTHETIC" + (i + 1).ToString("D6", CultureInfo.InvariantCulture) };

        return shuffled;
    }

    // Partitions are dealt to in turn, going on where the last compartment stopped, so that they stay even.
    private static void AddCompartment(
        List<SyntheticProtein> proteins, SyntheticCompartment compartment, int count, SyntheticProteinOptions options, SplitMix64 random)
    {
        int start = proteins.Count;
        for (int i = 0; i < options.Partitions; i++)
        {
            int members = count / options.Partitions + (i < count % options.Partitions ? 1 : 0);
            int firstFamily = proteins.Count == 0 ? 0 : proteins[^1].Family + 1;
            var families = new SyntheticFamily[(members + FamilySize - 1) / FamilySize];
            for (int j = 0; j < families.Length; j++)
                families[j] = new SyntheticFamily(firstFamily + j, (uint)((start + i) % options.Partitions), compartment, options, random);

            // Members of one family follow each other, so the last protein has the highest family number so far.
            for (int j = 0; j < members; j++)
                proteins.Add(families[(int)((long)j * families.Length / members)].Derive(options.SignalStrength, random));
        }
    }

    /// <summary>Shares the proteins out by largest remainders, at least one for each compartment.</summary>
    private static int[] CountMembers(SyntheticProteinOptions options)
    {
        IReadOnlyList<SyntheticCompartment> all = SyntheticCompartment.All;
        double natural = all.Sum(compartment => compartment.NaturalCount);
        double[] shares = [.. all.Select(compartment =>
            options.Count * ((1 - options.Balance) * compartment.NaturalCount / natural + options.Balance / all.Count))];
        int[] counts = [.. shares.Select(share => Math.Max(1, (int)share))];
        while (counts.Sum() < options.Count)
            counts[IndexOfLargest(i => shares[i] - counts[i])]++;

        // The minimum of one may have given out too many.
        while (counts.Sum() > options.Count)
            counts[IndexOfLargest(i => counts[i])]--;

        return counts;

        int IndexOfLargest(Func<int, double> value) => Enumerable.Range(0, counts.Length).MaxBy(value);
    }
}
