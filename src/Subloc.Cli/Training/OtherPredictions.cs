using Subloc.Cli.Failures;
using Subloc.MLNet.Reports.Results;

namespace Subloc.Cli.Training;

/// <summary>What another cross-validation predicted for the same folds.</summary>
internal sealed class OtherPredictions
{
    private readonly string _file;
    private readonly Dictionary<string, List<PredictedProtein>> _folds;

    private OtherPredictions(string file, Dictionary<string, List<PredictedProtein>> folds)
    {
        (_file, _folds) = (file, folds);
    }

    /// <summary>Reads what <c>--predictions</c> wrote.</summary>
    /// <param name="file">The file.</param>
    /// <param name="classNames">The classes that it must have, in this order.</param>
    /// <param name="folds">Names of the folds that it must have.</param>
    /// <exception cref="RequestException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is something else, or has other classes or folds.</exception>
    public static OtherPredictions Read(string file, IReadOnlyList<string> classNames, IEnumerable<string> folds)
    {
        if (!File.Exists(file))
            throw new RequestException($"{file}: there is no such file; write it with --predictions of 'subloc crossvalidate'.");

        using FileStream stream = File.OpenRead(file);
        PredictedProteins read = PredictedProteins.Read(stream, file);
        if (!read.HasLabels || read.Rows.Any(row => row.Fold is null))
            throw new InvalidDataException($"{file}: the predictions are not those of a cross-validation, because they have no column label or no column fold.");
        if (!read.ClassNames.SequenceEqual(classNames))
            throw new InvalidDataException($"{file}: the predictions are for other compartments ({string.Join(", ", read.ClassNames)}).");
        var found = read.Rows.GroupBy(row => row.Fold!).ToDictionary(fold => fold.Key, fold => fold.ToList());
        return folds.FirstOrDefault(fold => !found.ContainsKey(fold)) is { } missing
            ? throw new InvalidDataException($"{file}: there are no predictions for '{missing}'; cross-validate both on the same data with the same folds.")
            : new OtherPredictions(file, found);
    }

    /// <summary>Refuses predictions for a fold that are not for its proteins.</summary>
    /// <param name="fold">Name of the fold.</param>
    /// <param name="proteins">Its proteins, each with its compartment.</param>
    /// <exception cref="InvalidDataException">They are for others, or in another order.</exception>
    public void Check(string fold, IEnumerable<(string Id, string Label)> proteins)
    {
        if (!_folds[fold].Select(protein => (protein.Id, protein.Label)).SequenceEqual(proteins.Select(protein => (protein.Id, (string?)protein.Label))))
            throw new InvalidDataException($"{_file}: the proteins of '{fold}' are others than here, or in another order; cross-validate both on the same data with the same folds.");
    }

    /// <summary>The predictions for one fold.</summary>
    /// <param name="fold">Its name.</param>
    /// <param name="own">What was predicted for it here.</param>
    public Predictions For(string fold, Predictions own) => own.WithOthers(_folds[fold]);
}
