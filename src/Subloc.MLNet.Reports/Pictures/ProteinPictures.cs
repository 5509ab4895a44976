using Subloc.MLNet.Evaluation;
using Subloc.MLNet.Reports.Results;

namespace Subloc.MLNet.Reports.Pictures;

/// <summary>Draws pictures of results and data: titled, with units, in colours that people who see fewer colours tell apart.</summary>
public static class ProteinPictures
{
    /// <summary>A confusion matrix.</summary>
    /// <param name="classNames">The compartments.</param>
    /// <param name="counts">Proteins of each true compartment (outer index) predicted as each compartment (inner index).</param>
    /// <param name="isNormalized">Whether to show percent of each row in place of proteins.</param>
    /// <exception cref="ArgumentException">The matrix does not have a row and a column for each compartment.</exception>
    public static Picture ConfusionMatrix(IReadOnlyList<string> classNames, IReadOnlyList<IReadOnlyList<int>> counts, bool isNormalized = false)
    {
        CheckAny(classNames, nameof(classNames), "compartment");
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Count != classNames.Count || counts.Any(row => row.Count != classNames.Count))
            throw new ArgumentException($"The confusion matrix must have a row and a column for each of the {classNames.Count} compartments.", nameof(counts));
        return ConfusionPicture.Draw(classNames, counts, isNormalized);
    }

    /// <summary>Loss and accuracy of trainings, epoch by epoch.</summary>
    /// <param name="curves">The trainings, such as those of folds; at least one.</param>
    /// <exception cref="ArgumentException">There is no training.</exception>
    public static Picture TrainingCurves(IReadOnlyList<TrainingCurve> curves)
    {
        CheckAny(curves, nameof(curves), "training");
        return CurvesPicture.Draw(curves);
    }

    /// <summary>Precision against recall, a curve for each compartment.</summary>
    /// <param name="classNames">The compartments.</param>
    /// <param name="ranks">How well each is told from the others; null leaves one out.</param>
    /// <exception cref="ArgumentException">There are not as many as compartments.</exception>
    public static Picture PrecisionRecall(IReadOnlyList<string> classNames, IReadOnlyList<RankedProteins?> ranks)
    {
        CheckRanks(classNames, ranks);
        return RankingPicture.DrawPrecisionRecall(classNames, ranks);
    }

    /// <summary>True against false positive rate, a curve for each compartment.</summary>
    /// <inheritdoc cref="PrecisionRecall"/>
    public static Picture Roc(IReadOnlyList<string> classNames, IReadOnlyList<RankedProteins?> ranks)
    {
        CheckRanks(classNames, ranks);
        return RankingPicture.DrawRoc(classNames, ranks);
    }

    /// <summary>How often predictions are right that were made with some probability.</summary>
    /// <param name="bins">Predictions by their largest probability.</param>
    /// <param name="calibrated">The same after calibration; null for none.</param>
    /// <exception cref="ArgumentException">There is no bin.</exception>
    public static Picture Reliability(IReadOnlyList<ReliabilityBin> bins, IReadOnlyList<ReliabilityBin>? calibrated = null)
    {
        CheckAny(bins, nameof(bins), "bin");
        return ReliabilityPicture.Draw(bins, calibrated);
    }

    /// <summary>Importance of each residue along a sequence, what rules find in it, and, with letters, the part that weighs most.</summary>
    /// <param name="protein">The protein.</param>
    /// <exception cref="ArgumentException">It has no residue, or not as many values as residues.</exception>
    public static Picture Importance(ExplainedProtein protein)
    {
        ArgumentNullException.ThrowIfNull(protein);
        if (protein.Importance.Count == 0 || protein.Importance.Count != protein.Sequence.Length)
            throw new ArgumentException($"There must be an importance for each residue, but there are {protein.Importance.Count} for {protein.Sequence.Length}.", nameof(protein));
        return ImportancePicture.Draw(protein);
    }

    /// <summary>How many proteins of each compartment a data set holds.</summary>
    /// <param name="classes">Proteins by compartment; at least one compartment.</param>
    /// <param name="isPredicted">Whether the compartments are predicted ones.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Picture ClassComposition(IReadOnlyList<KeyValuePair<string, int>> classes, bool isPredicted = false)
    {
        CheckAny(classes, nameof(classes), "compartment");
        return DataPicture.DrawComposition(classes, isPredicted);
    }

    /// <summary>How long the proteins of a data set are.</summary>
    /// <param name="bins">Proteins by length, in rising order without gaps.</param>
    /// <param name="median">The middle length, in residues; null leaves it out.</param>
    /// <exception cref="ArgumentException">There is no bin, or one begins below 1 or ends where it begins.</exception>
    public static Picture Lengths(IReadOnlyList<LengthBin> bins, double? median = null)
    {
        CheckAny(bins, nameof(bins), "bin");
        if (bins.Any(bin => bin.From < 1 || bin.Below <= bin.From))
            throw new ArgumentException("A bin of lengths must begin at 1 or above, and end above its beginning.", nameof(bins));
        return DataPicture.DrawLengths(bins, median);
    }

    private static void CheckRanks(IReadOnlyList<string> classNames, IReadOnlyList<RankedProteins?> ranks)
    {
        CheckAny(classNames, nameof(classNames), "compartment");
        ArgumentNullException.ThrowIfNull(ranks);
        if (ranks.Count != classNames.Count)
            throw new ArgumentException($"There are {ranks.Count} curves for {classNames.Count} compartments.", nameof(ranks));
    }

    private static void CheckAny<T>(IReadOnlyList<T> values, string name, string what)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        if (values.Count == 0)
            throw new ArgumentException($"A picture needs at least one {what}.", name);
    }
}
