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

    /// <summary>Names of all classes: the label's KeyValues as text, or the numbers of the keys where it has none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, is not a key, or has fewer than two classes.</exception>
    public static IReadOnlyList<string> Read(IExceptionContext context, DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.Find(context, "label", name);
        Check(context, column.ToShape());
        var type = (KeyDataViewType)column.Type;
        if (type.Count is < 2 or > int.MaxValue)
            throw context.ExceptSchemaMismatch(nameof(schema), "label", name, "Key with at least two values", type.ToString()!);

        if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type.GetItemType().RawType is not { } item)
            return [.. Enumerable.Range(1, (int)type.Count).Select(key => key.ToString(CultureInfo.InvariantCulture))];

        return item == typeof(ReadOnlyMemory<char>) ? Names<ReadOnlyMemory<char>>(column)
            : item == typeof(int) ? Names<int>(column)
            : item == typeof(long) ? Names<long>(column)
            : item == typeof(uint) ? Names<uint>(column)
            : item == typeof(float) ? Names<float>(column)
            : item == typeof(double) ? Names<double>(column)
            : item == typeof(bool) ? Names<bool>(column)
            : throw context.ExceptSchemaMismatch(nameof(schema), "label", name, "Key of text, whole numbers, Single, Double or Boolean", $"Key of {item.Name}");
    }

    private static string[] Names<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")];
    }
}
