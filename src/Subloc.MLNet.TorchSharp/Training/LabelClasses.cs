using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>The meaning of the label column: one class of a known set.</summary>
internal static class LabelClasses
{
    /// <summary>Checks the kind of a label column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not a key.</exception>
    public static void Check(IExceptionContext context, SchemaShape.Column column)
    {
        if (!column.IsKey || column.Kind != SchemaShape.Column.VectorKind.Scalar)
            throw context.ExceptSchemaMismatch("inputSchema", "label", column.Name, "Key (apply MapValueToKey to the column)", column.GetTypeString());
    }

    /// <summary>Names of all classes: the label's KeyValues, or the numbers of the keys where these are not text.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, is not a key, or has fewer than two classes.</exception>
    public static IReadOnlyList<string> Read(IExceptionContext context, DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.Find(context, "label", name);
        Check(context, column.ToShape());
        var type = (KeyDataViewType)column.Type;
        if (type.Count is < 2 or > int.MaxValue)
            throw context.ExceptSchemaMismatch(nameof(schema), "label", name, "Key with at least two values", type.ToString()!);

        if (!column.HasKeyValues(TextDataViewType.Instance))
            return [.. Enumerable.Range(1, (int)type.Count).Select(key => key.ToString(CultureInfo.InvariantCulture))];

        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }
}
