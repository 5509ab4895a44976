namespace Subloc.MLNet.Data;

/// <summary>Sorting signals that <see cref="SyntheticProteins"/> imitates.</summary>
public enum SyntheticSignalKind
{
    /// <summary>Secretory signal peptide at the N-terminus.</summary>
    /// <remarks>
    /// Positive n-region, hydrophobic h-region of 7 to 15 residues, polar c-region with small residues at -3 and -1 of the cleavage
    /// site, where the span ends. von Heijne, Nucleic Acids Res. 14 (1986), 4683-4690.
    /// </remarks>
    SignalPeptide,

    /// <summary>Mitochondrial presequence at the N-terminus.</summary>
    /// <remarks>
    /// 18 to 45 residues of an amphipathic helix, rich in arginine on one face and hydrophobic on the other, without acidic
    /// residues, arginine at -2. von Heijne, EMBO J. 5 (1986), 1335-1342; Vögtle et al., Cell 139 (2009), 428-439.
    /// </remarks>
    MitochondrialTransitPeptide,

    /// <summary>Plastid transit peptide at the N-terminus.</summary>
    /// <remarks>
    /// 30 to 60 residues that begin with MA, are rich in serine and threonine, hold no acidic residue and end in (V/I)-X-(A/C).
    /// von Heijne, Steppuhn and Herrmann, Eur. J. Biochem. 180 (1989), 535-545; Gavel and von Heijne, FEBS Lett. 261 (1990), 455-458.
    /// </remarks>
    PlastidTransitPeptide,

    /// <summary>Classical nuclear localization signal.</summary>
    /// <remarks>
    /// Monopartite, K-(K/R)-X-(K/R) as in the large T antigen of SV40, or bipartite, two basic clusters 10 to 12 residues apart as
    /// in nucleoplasmin. Kalderon et al., Cell 39 (1984), 499-509; Robbins et al., Cell 64 (1991), 615-623.
    /// </remarks>
    NuclearLocalizationSignal,

    /// <summary>Leucine-rich nuclear export signal, which keeps a protein in the cytoplasm.</summary>
    /// <remarks>Φ-X(2,3)-Φ-X(2,3)-Φ-X-Φ. la Cour et al., Protein Eng. Des. Sel. 17 (2004), 527-536.</remarks>
    NuclearExportSignal,

    /// <summary>Transmembrane helix.</summary>
    /// <remarks>
    /// 16 to 25 hydrophobic residues, shorter in the Golgi apparatus than in the cell membrane, with basic residues beside the
    /// end that faces the cytosol. von Heijne, J. Mol. Biol. 225 (1992), 487-494; Sharpe, Stevens and Munro, Cell 142 (2010), 158-169.
    /// </remarks>
    TransmembraneHelix,

    /// <summary>Signal at the C-terminus that returns a protein to the endoplasmic reticulum.</summary>
    /// <remarks>
    /// KDEL or HDEL of lumenal proteins (Munro and Pelham, Cell 48 (1987), 899-907), KKXX of membrane proteins (Jackson, Nilsson and
    /// Peterson, EMBO J. 9 (1990), 3153-3162).
    /// </remarks>
    EndoplasmicReticulumRetention,

    /// <summary>Peroxisomal targeting signal type 1: the last three residues.</summary>
    /// <remarks>(S/A/C)-(K/R/H)-(L/M). Gould et al., J. Cell Biol. 108 (1989), 1657-1664.</remarks>
    PeroxisomalTargetingSignal1,

    /// <summary>Peroxisomal targeting signal type 2, near the N-terminus.</summary>
    /// <remarks>R-(L/V/I/Q)-X5-(H/Q)-(L/A). Swinkels et al., EMBO J. 10 (1991), 3255-3262.</remarks>
    PeroxisomalTargetingSignal2,

    /// <summary>Motif that sorts a protein to the lysosome or the vacuole.</summary>
    /// <remarks>
    /// G-Y-X-X-Φ or D-X-X-L-L in the cytosolic tail of a membrane protein (Bonifacino and Traub, Annu. Rev. Biochem. 72 (2003),
    /// 395-447), N-(P/L)-I-(R/N/S) behind the signal peptide of a soluble one (Matsuoka and Nakamura, PNAS 88 (1991), 834-838).
    /// </remarks>
    LysosomalSortingMotif,

    /// <summary>Sequon of N-linked glycosylation, in lumenal and secreted parts.</summary>
    /// <remarks>N-X-(S/T), X not proline. Gavel and von Heijne, Protein Eng. 3 (1990), 433-442.</remarks>
    GlycosylationSite,
}
