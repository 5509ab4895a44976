using Microsoft.ML;
using Microsoft.ML.Data;

namespace Subloc.Testing;

/// <summary>Reads rows of a data view into plain values, for comparison.</summary>
public static class RowValues
{
    /// <summary>All rows of some columns, in the order of a single cursor.</summary>
    public static List<object[]> Read(IDataView data, params string[] columns)
    {
        DataViewSchema.Column[] needed = [.. columns.Select(name => data.Schema[name])];
        using DataViewRowCursor cursor = data.GetRowCursor(needed);
        Func<object>[] getters = [.. needed.Select(column => MakeGetter(cursor, column))];
        var rows = new List<object[]>();
        while (cursor.MoveNext())
            rows.Add([.. getters.Select(getter => getter())]);

        return rows;
    }

    /// <summary>All rows of some columns, read by parallel cursors and put back in order by row identifier.</summary>
    public static List<object[]> ReadInParallel(IDataView data, int cursors, params string[] columns)
    {
        DataViewSchema.Column[] needed = [.. columns.Select(name => data.Schema[name])];
        var rows = new List<(DataViewRowId Id, object[] Values)>();
        Parallel.ForEach(data.GetRowCursorSet(needed, cursors), cursor =>
        {
            using (cursor)
            {
                Func<object>[] getters = [.. needed.Select(column => MakeGetter(cursor, column))];
                ValueGetter<DataViewRowId> getId = cursor.GetIdGetter();
                while (cursor.MoveNext())
                {
                    DataViewRowId id = default;
                    getId(ref id);
                    object[] values = [.. getters.Select(getter => getter())];
                    lock (rows)
                        rows.Add((id, values));
                }
            }
        });
        return [.. rows.OrderBy(row => row.Id.High).ThenBy(row => row.Id.Low).Select(row => row.Values)];
    }

    /// <summary>Makes a delegate that reads the current value: a string, a double or an array of doubles or strings.</summary>
    public static Func<object> MakeGetter(DataViewRow row, DataViewSchema.Column column)
    {
        Type raw = column.Type.RawType;
        if (raw == typeof(ReadOnlyMemory<char>))
            return Scalar<ReadOnlyMemory<char>>(row, column, text => text.ToString());
        if (raw == typeof(uint))
            return Scalar<uint>(row, column, number => (double)number);
        if (raw == typeof(float))
            return Scalar<float>(row, column, number => (double)number);
        if (raw == typeof(VBuffer<byte>))
            return Vector<byte>(row, column, number => number);
        if (raw == typeof(VBuffer<float>))
            return Vector<float>(row, column, number => number);

        throw new NotSupportedException($"Column '{column.Name}' of type {column.Type} is not read in tests.");
    }

    private static Func<object> Scalar<T>(DataViewRow row, DataViewSchema.Column column, Func<T, object> convert)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return convert(value);
        };
    }

    private static Func<object> Vector<T>(DataViewRow row, DataViewSchema.Column column, Func<T, double> convert)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            return value.DenseValues().Select(convert).ToArray();
        };
    }
}
