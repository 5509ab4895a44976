using Microsoft.ML.Runtime;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.MLNet.TorchSharp.Families;

/// <summary>Finds families among the proteins that a network learned from.</summary>
/// <param name="rows">The proteins and where they reside; tokens.</param>
/// <param name="options">How many families, and how they speak.</param>
internal sealed class FamilyFinder(TrainingRows rows, FamilyOptions options)
{
    /// <summary>Finds families; null where no two proteins are alike.</summary>
    /// <param name="channel">Where to tell how many there are.</param>
    /// <param name="threads">Threads that search; the families do not depend on it. 0 takes all processors.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public FamilyNet? Find(IChannel channel, int threads, CancellationToken cancellation)
    {
        FamilySequences proteins = FamilySequences.Of(rows.Set, rows.Training);
        Similarity[] similarities = new SimilaritySearch(proteins).Find(threads > 0 ? threads : Environment.ProcessorCount, cancellation);
        var shares = new FamilyShares([.. rows.Training.Select(row => rows.Targets.Count([row]))]);
        List<Family> families = new FamilyChoice(proteins, shares, options.Width).Choose(similarities, options.Count, cancellation);
        if (families.Count == 0)
        {
            channel.Warning($"None of the {proteins.Count} training proteins resemble each other, so there are no families.");
            return null;
        }

        channel.Info($"Found {similarities.Length} stretches that are alike in two of {proteins.Count} proteins; chose {families.Count} families.");
        var network = new FamilyNet(options with { Count = families.Count }, rows.ClassNames.Count);
        network.Take(
            families.ConvertAll(family => FamilyProfile.Make(proteins, family, options.Width)),
            families.ConvertAll(family => shares.Of(family.Places.Select(proteins.ProteinAt))),
            shares.OfAll);
        return network;
    }
}
