namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Short patterns of residues that say something about where a protein works, or what it is.</summary>
/// <remarks>
/// Commonly known ones, written down from general knowledge, each of fixed width; collections are PROSITE (Sigrist et al., Nucleic Acids Res. 41
/// (2013), D344-D347) and ELM (Kumar et al., Nucleic Acids Res. 50 (2022), D497-D508). None was chosen by what it brings on data. What a pattern
/// means for a protein's place is learned.
/// </remarks>
internal static class MotifPatterns
{
    private static readonly string[] _texts =
    [
        // Ends of proteins that are sorted by them: peroxisome, endoplasmic reticulum, lipid anchors, binding to PDZ domains.
        "[SAC][KRH][LMI]$", "S[KRH]L$", "R[LIV].{5}H[LAF]", "R[LI].{5}[QH]", "[KHRD]DEL$", "[ED]..[DE]L$", "K.K..$", "KK..$", "[KR]{3}$", "KDEL",
        "HDEL", "C[AVILMST][AVILMST][SMQACF]$", "C[AVILMST][AVILMST][LF]$", "CC$", "C.C$", "[ST].[ILV]$", "[DE].[ILV]$",

        // Membrane anchors at the end, and spans with charges beside them.
        "[ILVFAGMWCTYS]{17}$", "[ILVFAGMWCTYS]{15}.{3}$", "[ILVFAGMWCTYS]{15}.{6}$", "[ILVFAGMWCTYS]{15}.{9}$", "[ILVFAGMWCTYS]{15}.{12}$",
        "[ILVFAGMWCTYS]{20}", "[ILVFAGMWCTYS]{16}[KR]{2}", "[KR]{2}[ILVFAGMWCTYS]{16}", "[KR]{2}.[ILVFAGMWCTYS]{16}", "[ILVFAGMWCTYS]{17}.[KR]",
        "[ILVFA]{14}", "[LIV]{6}", "F{3}", "LL..LL",

        // Beginnings: presequences of mitochondria and plastids, signal peptides and where they are cut, myristoyl and lipoprotein anchors.
        "^M[^DE]{15}", "^[^DE]{25}", "^[^DE]{40}", "^M[LAV][RSLA][RSLA]", "^M[^DE]{5}R[^DE]{6}R", "^M.[KR]", "^M[KR]", "^M[AS]", "^MG",
        "^MG...[ST]", "^MG...[ST][KR]", "^.{4}[LIVFAWCMGT]{6}", "^.{6}[LIVFAWCMGT]{6}", "^.{8}[LIVFAWCMGT]{6}", "^.{11}[LIVFAWCMGT]{6}",
        "^.{14}[LIVFAWCMGT]{6}", "R[RK].[LFI]{2}", "RR.F", "[LVI][AST][AG]C", "[LIVFA]{5}.{4}A.A", "[VILFA]..[AGS].[AGSC]",

        // Import into the nucleus and export from it.
        "[KR]{2}.{10}[KR]{2}", "[KR]{3}", "[KR]{4}", "[KR]{6}", "K[KR].K", "[KR]{2}.[KR]", "P.KKRK", "K[KR].{10}KR.K", "L..[LIVMF].[LI]",
        "L...L..L.[LI]", "[DE].{3}L..[LIVMF].[LIVM]",

        // Zinc fingers, and cysteines and histidines that bind metals.
        "C..C.{12}H...H", "C..C.{12}H....H", "C....C.{12}H...H", "TGEKP", "[HK]TGE[KR]P", "C..C.{13}C..C", "C..C.{14}C..C", "C..C.{17}C..C",
        "C..C.{9}C", "C.H..C..C", "C.H..[CH]..C", "C..C", "HC..C", "C..CH", "HE..H", "H[ED]..H",

        // Binding of DNA and RNA, splicing, nucleoporins.
        "[LIV]..[FYW]NRR.K", "W[FL].N.R[RM][KR]", "RKRG[RK]P", "[RK]G[FY][GA][FY][ILV].[FY]", "[LIV][FY][ILV]..[LI]", "[RK]G[GR]", "RGG",
        "[RS]SR[RS]", "[SR]{6}", "[RS]{10}", "GLFG", "F.FG", "FG", "L.{6}L.{6}L.{6}L", "[LIVM].{6}[LIVM].{6}[LIVM].{6}[LIVM]",

        // Kinases, GTPases, ATPases, helicases and other enzymes.
        "HRD[LIVM]K..N", "[IV]..DFG", "DFG", "[LIV]G.G.[FY]G.[VL]", "[AG]....GK[ST]", "GH[IV]D.GK[ST]", "DEAD", "DE[AC]H", "[LIVM]{3}DE[AC]",
        "LSGGQ", "DTAGQE", "[NT]K.D", "DKTGT", "TGES", "[FY]..[GS].[RHN].C.G", "F..G.R.C.G", "G..G..G", "G.G..G", "[LIV]G.G..G", "Y...K",
        "[LIVMFY]G.S.G", "G.S.G", "[GA].[GS].[GA]", "[ST]G[TS]TG.PK", "GDSGGP", "T[AG][AG]HC", "SDGE", "[VIL]{3}TG", "CGHC", "WC..C", "PDNA",
        "[LIVF]{3}.G[TS]..[LV]", "K[ST].G", "[RK]NK",

        // Carriers, receptors and channels.
        "P.[DE]..[KR]", "P.[DE].[LIVAT][RK]", "[LIVMF]{2}.[ED]RY", "NP..Y", "[AGS]NPA", "G..Y", "YG..P",

        // Outside the cell and on its surface: glycosylation, disulphides, cadherins, collagens, repeats, adhesion, processing.
        "N[^P][ST][^P]", "C.C", "CC", "C.C..[GP][YFWH]", "C.C.{5}G..C", "[GN].C.[NDS]", "[NS]C.[ND]", "Y.N..C", "D.D.[DN]", "LDRE", "D.N[DE].P",
        "D[RK]...[DN].G", "D.[DN].[DNSG][^W].{4}E", "D.D.DG", "[LIV]..L.L..N.L", "L..L.L..N.[LI]", "[LIV]..L..L.L..N", "G..G..G..G..G",
        "G[^G][PKE]G[^G][PKE]G", "RGD", "W..W", "WS.W", "R.[KR]R", "R..R[AGSC]", "[KR][KR][^P][^P]G",

        // Sorting by endosomes, and short sites of binding and phosphorylation.
        "Y..[ILVMF]", "[DE]...L[LI]", "[FYW].[FYW]", "WW", "P..P", "P.P.P", "PP.Y", "[RK]..P..P", "[LIVF]P.P", "SP.[KR]", "[ST]P", "[ST]Q",
        "[DE]{3}.[ST]", "S[DE].[DE]", "R..[ST]", "RR.S", "R.R..S", "G[KR]P",

        // Repeats of proteins inside the cell.
        "GHTPLH", "G.T.L..A", "[LIV]WD", "E[KR]E[KR]", "S..S..S..S", "P...P...P...P", "T...T...T", "[FW]..[FWL][LIV]..[FWL]",

        // Runs and regions of few kinds of residues.
        "Q{5}", "N{5}", "S{6}", "P{5}", "G{6}", "A{7}", "H{4}", "T{5}", "[DE]{7}", "[DE]{12}", "[ED]{3}[KR]{3}", "[GS]{8}", "[ST]{7}", "[PST]{12}",
        "[NQ]{7}", "[QP]{7}", "[EK]{8}", "[EKQR]{14}", "[AP]{8}", "[DEKR]{14}",
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ResiduePattern> All { get; } = [.. _texts.Select(ResiduePattern.Parse)];
}
