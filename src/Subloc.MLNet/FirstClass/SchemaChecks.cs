using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.FirstClass;

/// <summary>Finds columns and refuses those of a wrong type, with ML.NET's own exceptions, for promised and for real schemas alike.</summary>
internal static class SchemaChecks
{
    /// <summary>Finds a column of a promised schema.</summary>
    public static SchemaShape.Column Find(this SchemaShape schema, IExceptionContext context, string role, string name) =>
        schema.TryFindColumn(name, out SchemaShape.Column column)
            ? column
            : throw context.ExceptSchemaMismatch("inputSchema", role, name);

    /// <summary>Finds a column of a real schema.</summary>
    public static DataViewSchema.Column Find(this DataViewSchema schema, IExceptionContext context, string role, string name) =>
        schema.GetColumnOrNull(name) ?? throw context.ExceptSchemaMismatch("inputSchema", role, name);

    /// <summary>The promise that a real column would fulfil.</summary>
    public static SchemaShape.Column ToShape(this DataViewSchema.Column column)
    {
        SchemaShape.GetColumnTypeShape(column.Type, out SchemaShape.Column.VectorKind kind, out DataViewType item, out bool isKey);
        return new SchemaShape.Column(column.Name, kind, item, isKey);
    }

    /// <summary>Whether a column is a scalar Text.</summary>
    public static bool IsText(this SchemaShape.Column column) =>
        column.Kind == SchemaShape.Column.VectorKind.Scalar && column.ItemType is TextDataViewType;

    /// <summary>Whether a column is a vector of known size of residue tokens, as EncodeProtein makes them.</summary>
    public static bool IsTokens(this SchemaShape.Column column) =>
        column.Kind == SchemaShape.Column.VectorKind.Vector && column.IsKey && column.ItemType == NumberDataViewType.Byte;

    /// <summary>Whether a column is a vector of known size of Single.</summary>
    public static bool IsSingles(this SchemaShape.Column column) =>
        column.Kind == SchemaShape.Column.VectorKind.Vector && !column.IsKey && column.ItemType == NumberDataViewType.Single;

    /// <summary>The columns of a promised schema with some replaced or added by name.</summary>
    public static SchemaShape With(this SchemaShape schema, params SchemaShape.Column[] columns)
    {
        var all = schema.ToDictionary(column => column.Name);
        foreach (SchemaShape.Column column in columns)
            all[column.Name] = column;

        return new SchemaShape(all.Values);
    }
}
