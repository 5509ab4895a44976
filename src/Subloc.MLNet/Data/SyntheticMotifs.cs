using System.Text;

namespace Subloc.MLNet.Data;

/// <summary>Residues of the synthetic sorting signals; <see cref="SyntheticSignalKind"/> cites what each imitates.</summary>
internal static class SyntheticMotifs
{
    private const string Polar = "STNQGPEDKA";
    private const string Hydrophobic = "LLLIVFM";

    public static string SignalPeptide(SplitMix64 random) => new StringBuilder("M")
        .Append(random.Pick("KR")).Append(Draw(random, "KRSNQA", random.Between(0, 3)))   // n-region
        .Append(Draw(random, "LLLLLAAAVVFFI", random.Between(7, 15)))                    // h-region
        .Append(Draw(random, "SGTQNP", random.Between(2, 4)))                             // c-region
        .Append(random.Pick("AASGV")).Append(random.Pick("LSQFHN")).Append(random.Pick("AAAGS")) // -3, -2, -1
        .ToString();

    public static string MitochondrialTransitPeptide(SplitMix64 random, int longest)
    {
        var text = new StringBuilder("M");
        int length = random.Between(18, Math.Min(45, longest));
        while (text.Length < length - 2)
        {
            // Residues of an alpha helix stand 100 degrees apart around its axis.
            bool hydrophobicFace = text.Length * 100 % 360 < 160;
            text.Append(random.Pick(hydrophobicFace ? "LLLAAFVI" : "RRRRSSTAGQK"));
        }

        return text.Append('R').Append(random.Pick("AFLYCS")).ToString();
    }

    public static string PlastidTransitPeptide(SplitMix64 random, int longest)
    {
        int length = random.Between(30, Math.Min(60, longest));
        return $"MA{Draw(random, "SSSSSSSTTTTAAPPVLLNGRKQF", length - 5)}{random.Pick("VI")}{random.Pick("RKNS")}{random.Pick("AC")}";
    }

    public static string MonopartiteNuclearLocalization(SplitMix64 random)
        => $"PK{random.Pick("KR")}{random.Pick("KRPTG")}{Draw(random, "KR", 2)}{random.Pick("VLSP")}";

    public static string BipartiteNuclearLocalization(SplitMix64 random)
        => Draw(random, "KR", 2) + Draw(random, Polar, random.Between(10, 12))
            + Draw(random, "KKR", 3) + random.Pick("AQSTL") + random.Pick("KR");

    public static string NuclearExport(SplitMix64 random) => new StringBuilder()
        .Append(random.Pick(Hydrophobic)).Append(Draw(random, Polar, random.Between(2, 3)))
        .Append(random.Pick(Hydrophobic)).Append(Draw(random, Polar, random.Between(2, 3)))
        .Append(random.Pick(Hydrophobic)).Append(random.Pick(Polar)).Append(random.Pick(Hydrophobic))
        .ToString();

    public static string TransmembraneHelix(SplitMix64 random, int length) => Draw(random, "LLLLLIIIVVVVAAFFFGGMSTWY", length);

    public static string LumenalRetention(SplitMix64 random) => $"{random.Pick("KKKKHH")}DEL";

    public static string DilysineRetrieval(SplitMix64 random) => $"KK{Draw(random, "TNESAL", 2)}";

    public static string PeroxisomalTargeting1(SplitMix64 random) => $"{random.Pick("SSSAC")}{random.Pick("KKKRH")}{random.Pick("LLLM")}";

    public static string PeroxisomalTargeting2(SplitMix64 random)
        => $"R{random.Pick("LVIQ")}{Draw(random, "LVQASGTK", 5)}{random.Pick("HQ")}{random.Pick("LLA")}";

    public static string LysosomalTail(SplitMix64 random) => random.NextDouble() < 0.6
        ? $"GY{Draw(random, "QETSNDR", 2)}{random.Pick("LIVFM")}"
        : $"D{Draw(random, "ESDQT", 2)}LL";

    public static string VacuolarPropeptide(SplitMix64 random) => $"N{random.Pick("PPL")}I{random.Pick("RRNS")}";

    public static string GlycosylationSite(SplitMix64 random) => $"N{random.Pick("ASTGVLKEDIFY")}{random.Pick("TTS")}";

    /// <summary>Random letters of a text in which frequent letters are repeated.</summary>
    public static string Draw(SplitMix64 random, string letters, int length)
        => string.Create(length, (random, letters), static (text, state) =>
        {
            for (int i = 0; i < text.Length; i++)
                text[i] = state.random.Pick(state.letters);
        });
}
