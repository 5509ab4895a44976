using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;

namespace Subloc.MLNet.FirstClass;

/// <summary>Finds the columns of data that an evaluation was given.</summary>
internal static class DataColumns
{
    /// <summary>Finds a column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    public static DataViewSchema.Column Require(this DataViewSchema schema, string name) => schema.GetColumnOrNull(name)
        ?? throw Mismatch($"Column '{name}' is missing; the data has {string.Join(", ", schema.Select(column => column.Name))}.");

    /// <summary>The exception for data whose columns do not fit.</summary>
    [SuppressMessage("Usage", "CA2208", Justification = "The caller's parameter is named, which is the data view.")]
    public static ArgumentOutOfRangeException Mismatch(string message) => new("data", message);
}
