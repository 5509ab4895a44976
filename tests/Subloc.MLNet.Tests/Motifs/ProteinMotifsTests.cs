using Subloc.MLNet.Data;
using Subloc.MLNet.Motifs;
using Xunit.Abstractions;

namespace Subloc.MLNet.Tests.Motifs;

public sealed class ProteinMotifsTests(ITestOutputHelper output)
{
    private const string SignalPeptide = "signal peptide shape";
    private const string Presequence = "mitochondrial presequence shape";
    private const string Monopartite = "nuclear localization signal, monopartite";
    private const string Bipartite = "nuclear localization signal, bipartite";
    private const string Peroxisomal1 = "peroxisomal targeting signal 1";
    private const string Peroxisomal2 = "peroxisomal targeting signal 2";
    private const string Retention = "endoplasmic reticulum retention";
    private const string Dilysine = "dilysine retrieval signal";
    private const string Membrane = "transmembrane span";

    [Theory]
    [InlineData(SignalPeptide, "MALWMRLLPLLALLALWGPDPAAAFVNQHLCGSHLVEALYLVCGERG", 1, 24)]   // insulin
    [InlineData(SignalPeptide, "MKWVTFISLLFLFSSAYSRGVFRRDAHKSEVAHRF", 1, 18)]               // serum albumin
    [InlineData(Presequence, "MLSLRQSIRFFKPATRTLCSSRYLLQQKPVVKTAQNLAEVNGPETLIGPGAK", 4, 21)] // cytochrome c oxidase, subunit 4, of yeast
    [InlineData(Monopartite, "GGGPKKKRKVEDP", 5, 9)]                                         // large T antigen of SV40
    [InlineData(Bipartite, "AVKRPAATKKAGQAKKKKLDKEDE", 3, 19)]                              // nucleoplasmin
    [InlineData(Peroxisomal1, "MGGGGGSKL", 7, 9)]
    [InlineData(Peroxisomal1, "MGGGGGakm*", 7, 9)]
    [InlineData(Peroxisomal2, "MHRLQVVLGHLAGRPESSSALQAAPC", 3, 11)]                          // thiolase of the rat
    [InlineData(Retention, "MGGGGGKDEL", 7, 10)]
    [InlineData(Retention, "MGGGGGHDEL", 7, 10)]
    [InlineData(Dilysine, "KYKSRRSFIDEKKMP", 12, 15)]                                       // E19 of adenovirus
    [InlineData(Dilysine, "GGGGGGKSKMP", 7, 11)]
    [InlineData(Membrane, "DDDDDDLLLLLLLLLLSSSSSSSSSDDDDDD", 7, 25)]
    public void Find_WhatFits_GivesItsPlace(string rule, string sequence, int start, int end)
    {
        ProteinMotif motif = Assert.Single(ProteinMotifs.Find(sequence), motif => motif.Name == rule);

        output.WriteLine(motif.ToString());
        Assert.Equal((start, end), (motif.Start, motif.End));
        Assert.NotEmpty(motif.Reason);
    }

    [Theory]
    [InlineData(SignalPeptide, "MKWVTFISLKFLFSSAYSRGVFRRDAHKSEVAHRF")] // a charge in the core
    [InlineData(SignalPeptide, "MEWVTFISLLFLFSSAYSRGVFRRDAHKSEVAHRF")] // a negative start
    [InlineData(SignalPeptide, "MKWVTFISLLFLFQQYYQRFVFRRDAHKSEVAHRF")] // nothing small at -1
    [InlineData(SignalPeptide, "MKWVTFISLLFLFSSA")]                    // ends at the site
    [InlineData(SignalPeptide, "MKWVTFISLLFLFPSPYPSPVFRRDAHKSEVAHRF")] // proline around the site
    [InlineData(Presequence, "MLSLRQSIEFFKPATRTLCSSRYLLQQKPVVKTAQNL")] // acidic
    [InlineData(Presequence, "MLSLSQSISFFSPATRTLCSSRYLL")]             // one basic residue
    [InlineData(Monopartite, "GGGPKTKRKVEDP")]                         // the mutant of SV40 that stays outside
    [InlineData(Bipartite, "AVKRPAATKKAKKKKLDKEDE")]                   // three residues fewer between
    [InlineData(Bipartite, "AVKRPAATSSAGQAKKSSLDSEDE")]                // two basic residues behind
    [InlineData(Peroxisomal1, "MGGGGGSKLA")]
    [InlineData(Peroxisomal1, "MGGGGGSEL")]
    [InlineData(Peroxisomal1, "KL")]
    [InlineData(Peroxisomal2, "MHRLQVVLGALAGRPESSSALQAAPC")]
    [InlineData(Peroxisomal2, "GGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGHRLQVVLGHLAG")]
    [InlineData(Retention, "MGGGGGKDELG")]
    [InlineData(Retention, "MGGGGGEDEL")]
    [InlineData(Dilysine, "KYKSRRSFIDEKKSMP")]
    [InlineData(Dilysine, "KKP")]
    [InlineData(Membrane, "DDDDDDLLLLLLLLLSSSSSSSSSSDDDDDD")]
    [InlineData(Membrane, "LLLLLLLLLLLLLLLLLL")]
    [InlineData(Membrane, "XXXXXXXXXXXXXXXXXXXXXXX")]
    public void Find_WhatNearlyFits_GivesNothing(string rule, string sequence) =>
        Assert.DoesNotContain(ProteinMotifs.Find(sequence), motif => motif.Name == rule);

    [Fact]
    public void Find_SignalsNextToEachOther_AreApartOrOne()
    {
        // Two helices behind each other, and basic residues in a row.
        string helices = "DDDD" + new string('L', 19) + new string('I', 19) + "DDDDKKKKKKDDKKKKDD";

        (int, int)[] spans = [.. ProteinMotifs.Find(helices).Where(motif => motif.Name is Membrane or Monopartite).Select(motif => (motif.Start, motif.End))];

        Assert.Equal([(5, 23), (24, 42), (47, 52), (55, 58)], spans);
    }

    [Fact]
    public void Find_Nothing_InNoSequence() => Assert.Empty(ProteinMotifs.Find(""));

    [Fact]
    public void Rules_AllOfThem_SayWhereTheyComeFrom()
    {
        Assert.Equal(ProteinMotifs.Rules.Count, ProteinMotifs.Rules.Select(rule => rule.Name).Distinct().Count());
        Assert.All(ProteinMotifs.Rules, rule => Assert.Matches(@"\((19|20)\d\d\)", rule.Source));
        Assert.All(ProteinMotifs.Rules, rule => Assert.NotEmpty(rule.Definition));
    }

    [Theory]
    [InlineData(SyntheticSignalKind.SignalPeptide, new[] { SignalPeptide }, 0.85)]
    [InlineData(SyntheticSignalKind.MitochondrialTransitPeptide, new[] { Presequence }, 0.6)]
    [InlineData(SyntheticSignalKind.NuclearLocalizationSignal, new[] { Monopartite, Bipartite }, 0.9)]
    [InlineData(SyntheticSignalKind.PeroxisomalTargetingSignal1, new[] { Peroxisomal1 }, 1)]
    [InlineData(SyntheticSignalKind.PeroxisomalTargetingSignal2, new[] { Peroxisomal2 }, 1)]
    [InlineData(SyntheticSignalKind.EndoplasmicReticulumRetention, new[] { Retention, Dilysine }, 1)]
    [InlineData(SyntheticSignalKind.TransmembraneHelix, new[] { Membrane }, 0.85)]
    public void Find_PlantedSignals_AreFoundWhereTheyAre(SyntheticSignalKind kind, string[] rules, double least)
    {
        int planted = 0, found = 0, elsewhere = 0;
        IReadOnlyList<SyntheticProtein> proteins = SyntheticProteins.Generate(new SyntheticProteinOptions { Count = 1000, SignalStrength = 1, Balance = 1 });
        foreach (SyntheticProtein protein in proteins)
        {
            ProteinMotif[] motifs = [.. ProteinMotifs.Find(protein.Sequence).Where(motif => rules.Contains(motif.Name))];
            SyntheticSignalSpan[] spans = [.. protein.Signals.Where(signal => signal.Kind == kind)];
            planted += spans.Length;
            found += spans.Count(span => motifs.Any(motif => motif.Start <= span.Start + span.Length && motif.End > span.Start));
            elsewhere += spans.Length == 0 && motifs.Length > 0 ? 1 : 0;
        }

        output.WriteLine($"{kind}: {found} of {planted} found; in {elsewhere} of {proteins.Count} proteins without one");
        Assert.True(planted >= 10);
        Assert.InRange(found, least * planted, planted);
    }
}
