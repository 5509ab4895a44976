using Microsoft.ML;
using Subloc.MLNet;

namespace Subloc.Cli.Training;

/// <summary>The columns that a saved model reads.</summary>
internal static class ModelInput
{
    /// <summary>Those columns of the training data that are needed to predict.</summary>
    public static DataViewSchema Of(DataViewSchema training)
    {
        var schema = new DataViewSchema.Builder();
        foreach (DataViewSchema.Column column in training)
        {
            if (column.Name is ColumnNames.Id or ColumnNames.Sequence or ColumnNames.Features or ColumnNames.Mask)
                schema.AddColumn(column.Name, column.Type);
        }

        return schema.ToSchema();
    }
}
