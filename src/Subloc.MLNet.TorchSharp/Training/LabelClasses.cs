using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.FirstClass;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>The meaning of the label column: one class of a known set, or shares of several.</summary>
internal static class LabelClasses
{
    /// <summary>Checks the kind of a label column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is neither a key nor soft labels.</exception>
    public static void Check(IExceptionContext context, SchemaShape.Column column)
    {
        bool isKey = column.IsKey && column.Kind == SchemaShape.Column.VectorKind.Scalar;
        if (!isKey && !IsSoft(column))
            throw context.ExceptSchemaMismatch("inputSchema", "label", column.Name, "Key (apply MapValueToKey to the column) or Vector<Single> of known size", column.GetTypeString());
    }

    /// <summary>Whether a label column holds shares of several classes.</summary>
    public static bool IsSoft(SchemaShape.Column column) => column.IsSingles();

    /// <summary>Names of all classes: the label's KeyValues or SlotNames as text, or numbers from 1 where it has none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, is no label, or has fewer than two classes.</exception>
    public static IReadOnlyList<string> Read(IExceptionContext context, DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.Find(context, "label", name);
        Check(context, column.ToShape());
        if (IsSoft(column.ToShape()))
            return SlotNames(context, column);

        var type = (KeyDataViewType)column.Type;
        if (type.Count is < 2 or > int.MaxValue)
            throw context.ExceptSchemaMismatch(nameof(schema), "label", name, "Key with at least two values", type.ToString()!);

        if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type.GetItemType().RawType is not { } item)
            return Numbers((int)type.Count);

        return item == typeof(ReadOnlyMemory<char>) ? Names<ReadOnlyMemory<char>>(column)
            : item == typeof(int) ? Names<int>(column)
            : item == typeof(long) ? Names<long>(column)
            : item == typeof(uint) ? Names<uint>(column)
            : item == typeof(float) ? Names<float>(column)
            : item == typeof(double) ? Names<double>(column)
            : item == typeof(bool) ? Names<bool>(column)
            : throw context.ExceptSchemaMismatch(nameof(schema), "label", name, "Key of text, whole numbers, Single, Double or Boolean", $"Key of {item.Name}");
    }

    private static string[] SlotNames(IExceptionContext context, DataViewSchema.Column column)
    {
        int classes = column.Type.GetVectorSize();
        if (classes < 2)
            throw context.ExceptSchemaMismatch("schema", "label", column.Name, "Vector<Single> of at least two classes", column.Type.ToString()!);
        if (!column.HasSlotNames())
            return Numbers(classes);

        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static string[] Numbers(int classes) => [.. Enumerable.Range(1, classes).Select(number => number.ToString(CultureInfo.InvariantCulture))];

    private static string[] Names<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")];
    }
}
