namespace Subloc.MLNet.Reports.Results;

/// <summary>How well the probability of one compartment tells its proteins from all others.</summary>
/// <remarks>Proteins of equal probability come together, so that neither curve nor area depends on the order of rows.</remarks>
public sealed class RankedProteins
{
    private RankedProteins(IReadOnlyList<(double X, double Y)> roc, IReadOnlyList<(double X, double Y)> precisionRecall, double area, double averagePrecision, double baseRate)
    {
        (Roc, PrecisionRecall, AreaUnderRoc, AveragePrecision, BaseRate) = (roc, precisionRecall, area, averagePrecision, baseRate);
    }

    /// <summary>Share of the other proteins (X) and of the compartment's own (Y) above each probability, from (0, 0) to (1, 1).</summary>
    public IReadOnlyList<(double X, double Y)> Roc { get; }

    /// <summary>Recall (X) and precision (Y) above each probability, by rising recall.</summary>
    public IReadOnlyList<(double X, double Y)> PrecisionRecall { get; }

    /// <summary>Area under the ROC curve, 0 to 1; 0.5 is what guessing reaches.</summary>
    public double AreaUnderRoc { get; }

    /// <summary>Mean precision over the compartment's proteins, by steps and without interpolation, 0 to 1; guessing reaches <see cref="BaseRate"/>.</summary>
    public double AveragePrecision { get; }

    /// <summary>Share of all proteins that are of the compartment.</summary>
    public double BaseRate { get; }

    /// <summary>Ranks proteins.</summary>
    /// <param name="proteins">The compartment's probability for each protein, and whether the protein is of it.</param>
    /// <returns>Null where none is of the compartment, or all are.</returns>
    public static RankedProteins? Of(IEnumerable<(double Probability, bool IsOfClass)> proteins)
    {
        (double Probability, bool IsOfClass)[] sorted = [.. proteins.OrderByDescending(protein => protein.Probability)];
        int own = sorted.Count(protein => protein.IsOfClass), others = sorted.Length - own;
        if (own == 0 || others == 0)
            return null;

        List<(double X, double Y)> roc = [(0, 0)], precisionRecall = [];
        double area = 0, averagePrecision = 0;
        for (int i = 0, found = 0, wrong = 0; i < sorted.Length;)
        {
            (int foundBefore, int wrongBefore) = (found, wrong);
            for (double probability = sorted[i].Probability; i < sorted.Length && sorted[i].Probability == probability; i++)
                _ = sorted[i].IsOfClass ? found++ : wrong++;

            double precision = (double)found / (found + wrong);
            area += (wrong - wrongBefore) * (found + foundBefore) / 2.0 / own / others;
            averagePrecision += precision * (found - foundBefore) / own;
            roc.Add(((double)wrong / others, (double)found / own));
            precisionRecall.Add(((double)found / own, precision));
        }

        return new RankedProteins(roc, precisionRecall, area, averagePrecision, (double)own / sorted.Length);
    }
}
