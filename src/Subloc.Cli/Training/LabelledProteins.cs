using Microsoft.ML;
using Microsoft.ML.Transforms;
using Subloc.Cli.Data;
using Subloc.MLNet;

namespace Subloc.Cli.Training;

/// <summary>Proteins whose labels are keys, or shares of compartments, the same for every fold.</summary>
internal static class LabelledProteins
{
    /// <summary>Column with a share of each compartment, where proteins of several are learned from.</summary>
    public const string Shares = "Shares";

    /// <summary>Maps the labels to keys in the order of their names, or adds shares and leaves them as they are.</summary>
    /// <exception cref="InvalidDataException">There are fewer than two compartments.</exception>
    public static IDataView Map(MLContext context, ProteinSource source, DataSurvey survey)
    {
        if (survey.Proteins == 0)
            throw new InvalidDataException($"{source.Name}: no usable protein is left, so there is nothing to train on.");
        if (survey.Classes.Count < 2)
            throw new InvalidDataException($"{source.Name}: all proteins are of '{survey.Classes.Keys.First()}', but training needs at least two compartments.");

        if (survey.Shared > 0)
        {
            return context.Transforms.Text.TokenizeIntoWords(Shares, ColumnNames.Label, [DataSurvey.Separator])
                .Append(context.Transforms.Conversion.MapValueToKey(Shares, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue))
                .Append(context.Transforms.Conversion.MapKeyToVector(Shares, outputCountVector: true))
                .Fit(source.View)
                .Transform(source.View);
        }

        return context.Transforms.Conversion
            .MapValueToKey(ColumnNames.Label, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(source.View)
            .Transform(source.View);
    }
}
