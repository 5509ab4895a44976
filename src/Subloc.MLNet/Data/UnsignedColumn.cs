using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Subloc.MLNet.Data;

/// <summary>Reads key columns and unsigned columns of any width.</summary>
internal static class UnsignedColumn
{
    /// <summary>Whether the column holds keys or UInt32.</summary>
    public static bool IsKeyOrUInt32(DataViewSchema.Column column)
        => column.Type is KeyDataViewType || column.Type.Equals(NumberDataViewType.UInt32);

    /// <summary>A getter of raw values: of a key, 0 is missing and its first value is 1.</summary>
    public static ValueGetter<ulong> GetGetter(DataViewRow row, DataViewSchema.Column column)
    {
        Type type = column.Type.RawType;
        if (type == typeof(byte))
            return Widen<byte>(row, column);
        if (type == typeof(ushort))
            return Widen<ushort>(row, column);
        return type == typeof(uint) ? Widen<uint>(row, column) : row.GetGetter<ulong>(column);
    }

    private static ValueGetter<ulong> Widen<T>(DataViewRow row, DataViewSchema.Column column)
        where T : struct, IBinaryInteger<T>
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T narrow = default;
        return (ref ulong value) =>
        {
            getter(ref narrow);
            value = ulong.CreateChecked(narrow);
        };
    }
}
