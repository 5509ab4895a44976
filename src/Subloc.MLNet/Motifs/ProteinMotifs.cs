namespace Subloc.MLNet.Motifs;

/// <summary>Finds known sorting signals and membrane spans by rules of the literature. Nothing here is learned.</summary>
public static class ProteinMotifs
{
    /// <summary>The rules, with their sources.</summary>
    public static IReadOnlyList<MotifRule> Rules { get; } =
    [
        new("signal peptide shape",
            "a start with more K and R than D and E, at least 7 hydrophobic residues (mean Kyte-Doolittle hydropathy of 7 at least 1.9, none of DEKRNQH) that begin within the first 20, and a cleavage site at 13 to 45: A, C, G, S or T at -1, one of these or I, L or V at -3, no P from -3 to +1",
            "von Heijne, Nucleic Acids Res. 14 (1986), 4683-4690",
            TargetingPeptides.FindSignalPeptide),
        new("mitochondrial presequence shape",
            "before the first D or E an amphipathic helix of 18 residues that begins within the first 12: mean hydrophobic moment at 100 degrees of at least 0.4, at least 3 R and K, 2 of them R, and no 8 residues without R and K that are hydrophobic as a signal peptide's",
            "von Heijne, EMBO J. 5 (1986), 1335-1342; scale of Eisenberg, Weiss and Terwilliger, Nature 299 (1982), 371-374",
            TargetingPeptides.FindPresequence),
        new("nuclear localization signal, monopartite", "K-(K/R)-X-(K/R)",
            "Kalderon et al., Cell 39 (1984), 499-509; Chelsky, Ralph and Jonak, Mol. Cell. Biol. 9 (1989), 2487-2492",
            NuclearSignals.FindMonopartite),
        new("nuclear localization signal, bipartite", "two of K and R, 10 to 12 residues, 5 residues with at least three of K and R",
            "Robbins et al., Cell 64 (1991), 615-623; Dingwall and Laskey, Trends Biochem. Sci. 16 (1991), 478-481",
            NuclearSignals.FindBipartite),
        new("peroxisomal targeting signal 1", "the last three residues (S/A/C)-(K/R/H)-(L/M)",
            "Gould et al., J. Cell Biol. 108 (1989), 1657-1664",
            sequence => TerminalSignals.FindAtEnd(sequence, "SAC", "KRH", "LM")),
        new("peroxisomal targeting signal 2", "(R/K)-(L/V/I/Q)-X5-(H/Q)-(L/A) that begins within the first 30 residues",
            "Swinkels et al., EMBO J. 10 (1991), 3255-3262",
            TerminalSignals.FindPeroxisomal2),
        new("endoplasmic reticulum retention", "the last four residues KDEL or HDEL",
            "Munro and Pelham, Cell 48 (1987), 899-907; Pelham, Hardwick and Lewis, EMBO J. 7 (1988), 1757-1762",
            sequence => TerminalSignals.FindAtEnd(sequence, "KH", "D", "E", "L")),
        new("dilysine retrieval signal", "K-K-X-X or K-X-K-X-X at the end",
            "Jackson, Nilsson and Peterson, EMBO J. 9 (1990), 3153-3162",
            TerminalSignals.FindDilysine),
        new("transmembrane span", "19 residues with a mean Kyte-Doolittle hydropathy of at least 1.6; of overlapping ones the most hydrophobic",
            "Kyte and Doolittle, J. Mol. Biol. 157 (1982), 105-132",
            MembraneSpans.Find),
    ];

    /// <summary>Finds all places of a sequence that fit a rule.</summary>
    /// <param name="sequence">The residues, in one-letter code of either case. Letters of no single residue fit no rule, and count as hydropathy 0.</param>
    /// <returns>The places by their start.</returns>
    public static IReadOnlyList<ProteinMotif> Find(string sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        string residues = sequence.TrimEnd('*').ToUpperInvariant();
        return [.. Rules
            .SelectMany(rule => rule.Find(residues).Select(place => new ProteinMotif(rule.Name, place.Start + 1, place.Start + place.Length, place.Reason)))
            .OrderBy(motif => motif.Start).ThenBy(motif => motif.End)];
    }
}
