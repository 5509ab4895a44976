using Microsoft.ML;
using Subloc.Cli.Data;
using Subloc.MLNet;

namespace Subloc.Cli.Training;

/// <summary>The columns that a saved model reads.</summary>
internal static class ModelInput
{
    /// <summary>Those columns of the training data that are needed to predict.</summary>
    public static DataViewSchema Of(DataViewSchema training)
    {
        string[] names = training.GetColumnOrNull(EmbeddingRequest.Column) is null
            ? [ColumnNames.Id, ColumnNames.Sequence, ColumnNames.Features, ColumnNames.Mask]
            : [ColumnNames.Id, EmbeddingRequest.Column, ColumnNames.Mask];
        var schema = new DataViewSchema.Builder();
        foreach (DataViewSchema.Column column in training)
        {
            if (names.Contains(column.Name))
                schema.AddColumn(column.Name, column.Type);
        }

        return schema.ToSchema();
    }
}
