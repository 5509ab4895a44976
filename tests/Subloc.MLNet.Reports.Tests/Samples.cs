using Subloc.MLNet.Evaluation;
using Subloc.MLNet.Reports.Results;

namespace Subloc.MLNet.Reports.Tests;

/// <summary>Made-up results of ten compartments.</summary>
public static class Samples
{
    public static IReadOnlyList<string> Classes { get; } =
    [
        "Cell membrane", "Cytoplasm", "Endoplasmic reticulum", "Extracellular", "Golgi apparatus",
        "Lysosome/Vacuole", "Mitochondrion", "Nucleus", "Peroxisome", "Plastid",
    ];

    public static int[] Counts { get; } = [1230, 2890, 865, 1705, 341, 302, 1510, 4120, 155, 744];

    public static int[][] Confusion { get; } =
        [.. Counts.Select((count, i) => Counts.Select((_, j) => j == i ? count * (i == 8 ? 30 : 70) / 100 : count * ((i + (3 * j)) % 5) / 90).ToArray())];

    public static IReadOnlyList<TrainingCurve> Curves { get; } = [.. Enumerable.Range(0, 4).Select(fold => new TrainingCurve(
        $"partition {fold}",
        [.. Enumerable.Range(1, 15 + fold).Select(epoch => new EpochPoint(
            epoch, 2.1 * Math.Exp(-0.15 * epoch) + 0.3, 0.9 - 0.6 * Math.Exp(-0.2 * epoch),
            1.9 * Math.Exp(-0.2 * epoch) + 0.8 + 0.02 * epoch + 0.03 * fold, 0.62 - 0.4 * Math.Exp(-0.3 * epoch) - 0.01 * fold))],
        8 + fold))];

    public static IReadOnlyList<RankedProteins?> Ranks { get; } = [.. Classes.Select((_, index) =>
    {
        var random = new Random(index);
        return RankedProteins.Of(Enumerable.Range(0, 3000).Select(i =>
        {
            bool isOfClass = random.NextDouble() < Counts[index] / 13862.0;
            return (1 / (1 + Math.Exp(-random.NextDouble() * 4 - (isOfClass ? 0.5 + (index * 0.25) : 0) + 4)), isOfClass);
        }));
    })];

    public static IReadOnlyList<ReliabilityBin> Bins(double shift) => [.. Enumerable.Range(0, 10).Select(bin => bin < 1
        ? new ReliabilityBin(0, 0.1, 0, 0, 0)
        : new ReliabilityBin(bin / 10.0, (bin + 1) / 10.0, 100 + (37 * bin * bin), (bin + 0.5) / 10, Math.Clamp(((bin + 0.5) / 10) + shift, 0, 1)))];

    public static IReadOnlyList<LengthBin> Lengths { get; } = [.. Enumerable.Range(16, 30).Select(step => new LengthBin(
        (int)Math.Round(Math.Pow(10, step / 10.0)), (int)Math.Round(Math.Pow(10, (step + 1) / 10.0)), (int)(3000 * Math.Exp(-Math.Pow((step - 26.4) / 4, 2)))))];

    public static ExplainedProtein Protein(string id = "P12345", int length = 320)
    {
        var random = new Random(5);
        string sequence = "MKRLLLLAVLLAFLSAASAQNGTSPEK" + string.Concat(Enumerable.Range(27, length - 30).Select(_ => "ACDEFGHIKLMNPQRSTVWY"[random.Next(20)])) + "DEL";
        return new ExplainedProtein
        {
            Id = id,
            Sequence = sequence,
            Class = "Extracellular",
            Probability = 0.93,
            Method = "integrated gradients",
            Importance = [.. Enumerable.Range(0, sequence.Length).Select(i => (i < 25 ? 0.4 * Math.Sin(i / 8.0) : 0) + (0.08 * (random.NextDouble() - 0.5)))],
            Motifs = [new("signal peptide shape", 1, 20, "MKRLLLLAVLLAFLSAASA"), new("transmembrane span", 120, 140, "mean hydropathy 1.8"), new("N-glycosylation", 21, 23, "NGT")],
        };
    }
}
