using static Subloc.MLNet.Data.SyntheticSignalKind;

namespace Subloc.MLNet.Data;

/// <summary>A compartment of the synthetic proteins: its size in nature, its composition, its signals.</summary>
/// <param name="Name">The label.</param>
/// <param name="NaturalCount">Proteins in DeepLoc 1.0 (Almagro Armenteros et al., Bioinformatics 33 (2017), 3387-3395).</param>
/// <param name="Composition">Residue frequencies at the positions where a member differs from its ancestor.</param>
/// <param name="PlantSignals">Writes the compartment's signals: always at least one.</param>
internal sealed record SyntheticCompartment(
    string Name, int NaturalCount, ResidueSampler Composition, Action<SyntheticDraft> PlantSignals)
{
    private const double Enrichment = 1.5;

    /// <summary>The ten compartments by name.</summary>
    public static IReadOnlyList<SyntheticCompartment> All { get; } =
    [
        new("Cell membrane", 1340, new("FILVW", Enrichment), PlantCellMembrane),
        new("Cytoplasm", 2542, new("DEQ", Enrichment), PlantCytoplasm),
        new("Endoplasmic reticulum", 862, new("FLWY", Enrichment), PlantEndoplasmicReticulum),
        new("Extracellular", 1973, new("CGTN", Enrichment), PlantExtracellular),
        new("Golgi apparatus", 356, new("HLPRW", Enrichment), PlantGolgi),
        new("Lysosome/Vacuole", 321, new("GNPY", Enrichment), PlantLysosome),
        new("Mitochondrion", 1510, new("AKRV", Enrichment), PlantMitochondrion),
        new("Nucleus", 4043, new("EKPRS", Enrichment), PlantNucleus),
        new("Peroxisome", 154, new("AGHI", Enrichment), PlantPeroxisome),
        new("Plastid", 757, new("AGTV", Enrichment), PlantPlastid),
    ];

    // One to seven membrane helices, more in longer proteins; the cytosol changes sides after each.
    private static void PlantCellMembrane(SyntheticDraft draft)
    {
        const int Margin = 6, Spacing = 35;
        int helices = draft.Random.Between(1, Math.Clamp((draft.Length - 2 * Margin) / Spacing, 1, 7));
        int width = (draft.Length - 2 * Margin) / helices;
        bool cytosolBefore = draft.Random.Next(2) == 0;
        for (int i = 0; i < helices; i++, cytosolBefore = !cytosolBefore)
        {
            int length = draft.Random.Between(20, 25);
            draft.PlantHelix(Margin + i * width + draft.Random.Next(width - length - 6), length, cytosolBefore);
        }
    }

    private static void PlantCytoplasm(SyntheticDraft draft)
        => draft.PlantInside(NuclearExportSignal, 5, SyntheticMotifs.NuclearExport(draft.Random));

    // Lumenal with KDEL, or anchored by a helix before a tail that ends in KKXX.
    private static void PlantEndoplasmicReticulum(SyntheticDraft draft)
    {
        int mature = draft.Plant(SignalPeptide, 0, SyntheticMotifs.SignalPeptide(draft.Random));
        if (draft.Length < 100 || draft.Random.Next(2) == 0)
        {
            draft.PlantAtEnd(EndoplasmicReticulumRetention, SyntheticMotifs.LumenalRetention(draft.Random));
            return;
        }

        draft.PlantAtEnd(EndoplasmicReticulumRetention, SyntheticMotifs.DilysineRetrieval(draft.Random));
        draft.PlantHelix(draft.Length - draft.Random.Between(10, 18) - 21, 21, cytosolBefore: false);
        draft.PlantInside(GlycosylationSite, mature + 5, SyntheticMotifs.GlycosylationSite(draft.Random));
    }

    private static void PlantExtracellular(SyntheticDraft draft)
    {
        int mature = draft.Plant(SignalPeptide, 0, SyntheticMotifs.SignalPeptide(draft.Random));
        PlantGlycosylation(draft, mature, draft.Random.Between(0, 2));
    }

    // Type II: short cytosolic tail, one short helix, lumenal stem and domain.
    private static void PlantGolgi(SyntheticDraft draft)
    {
        int stem = draft.PlantHelix(draft.Random.Between(6, 14), draft.Random.Between(16, 18), cytosolBefore: true);
        PlantGlycosylation(draft, stem, draft.Random.Between(1, 2));
    }

    // Anchored with a sorting motif in the cytosolic tail, or soluble with a vacuolar propeptide; heavily glycosylated.
    private static void PlantLysosome(SyntheticDraft draft)
    {
        int mature = draft.Plant(SignalPeptide, 0, SyntheticMotifs.SignalPeptide(draft.Random));
        if (draft.Length >= 100 && draft.Random.Next(2) == 0)
        {
            int tail = draft.PlantHelix(draft.Length - draft.Random.Between(12, 20) - 22, 22, cytosolBefore: false);
            draft.Plant(LysosomalSortingMotif, tail + draft.Random.Between(4, 6), SyntheticMotifs.LysosomalTail(draft.Random));
        }
        else
        {
            int place = mature + draft.Random.Between(2, 10);
            mature = draft.Plant(LysosomalSortingMotif, place, SyntheticMotifs.VacuolarPropeptide(draft.Random));
        }

        PlantGlycosylation(draft, mature, draft.Random.Between(3, 6));
    }

    private static void PlantMitochondrion(SyntheticDraft draft)
        => draft.Plant(MitochondrialTransitPeptide, 0, SyntheticMotifs.MitochondrialTransitPeptide(draft.Random, draft.Length / 2));

    private static void PlantNucleus(SyntheticDraft draft)
    {
        for (int copies = draft.Random.Between(1, 2); copies > 0; copies--)
        {
            string signal = draft.Random.Next(2) == 0
                ? SyntheticMotifs.MonopartiteNuclearLocalization(draft.Random)
                : SyntheticMotifs.BipartiteNuclearLocalization(draft.Random);
            draft.PlantInside(NuclearLocalizationSignal, 3, signal);
        }
    }

    private static void PlantPeroxisome(SyntheticDraft draft)
    {
        if (draft.Random.NextDouble() < 0.85)
            draft.PlantAtEnd(PeroxisomalTargetingSignal1, SyntheticMotifs.PeroxisomalTargeting1(draft.Random));
        else
            draft.Plant(PeroxisomalTargetingSignal2, draft.Random.Between(2, 20), SyntheticMotifs.PeroxisomalTargeting2(draft.Random));
    }

    private static void PlantPlastid(SyntheticDraft draft)
        => draft.Plant(PlastidTransitPeptide, 0, SyntheticMotifs.PlastidTransitPeptide(draft.Random, draft.Length / 2));

    private static void PlantGlycosylation(SyntheticDraft draft, int from, int count)
    {
        for (int i = 0; i < count; i++)
            draft.PlantInside(GlycosylationSite, from + 2, SyntheticMotifs.GlycosylationSite(draft.Random));
    }
}
