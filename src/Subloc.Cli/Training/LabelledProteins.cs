using Microsoft.ML;
using Microsoft.ML.Transforms;
using Subloc.Cli.Data;
using Subloc.MLNet;

namespace Subloc.Cli.Training;

/// <summary>Proteins whose labels are keys, the same for every fold.</summary>
internal static class LabelledProteins
{
    /// <summary>Maps the labels to keys in the order of their names.</summary>
    /// <exception cref="InvalidDataException">There are fewer than two compartments.</exception>
    public static IDataView Map(MLContext context, ProteinSource source, DataSurvey survey)
    {
        if (survey.Proteins == 0)
            throw new InvalidDataException($"{source.Name}: no usable protein is left, so there is nothing to train on.");
        if (survey.Classes.Count < 2)
            throw new InvalidDataException($"{source.Name}: all proteins are of '{survey.Classes.Keys.First()}', but training needs at least two compartments.");

        return context.Transforms.Conversion
            .MapValueToKey(ColumnNames.Label, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(source.View)
            .Transform(source.View);
    }
}
