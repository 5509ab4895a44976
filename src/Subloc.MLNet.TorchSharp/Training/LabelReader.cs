using Microsoft.ML;
using Microsoft.ML.Data;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Reads the labels of rows, one after the other.</summary>
internal sealed class LabelReader
{
    private readonly Func<int?> _read;

    /// <param name="cursor">The rows.</param>
    /// <param name="column">The label column.</param>
    /// <param name="shares">Where shares of classes are collected; null where labels are keys.</param>
    public LabelReader(DataViewRowCursor cursor, DataViewSchema.Column column, SoftLabels? shares)
    {
        if (shares is null)
        {
            ValueGetter<float> key = RowCursorUtils.GetLabelGetter(cursor, column.Index);
            _read = () =>
            {
                float value = 0;
                key(ref value);
                return float.IsNaN(value) ? null : (int)value;
            };
            return;
        }

        ValueGetter<VBuffer<float>> vector = cursor.GetGetter<VBuffer<float>>(column);
        var dense = new float[column.Type.GetVectorSize()];
        VBuffer<float> values = default;
        _read = () =>
        {
            vector(ref values);
            values.CopyTo(dense);
            return shares.Add(dense, column.Name);
        };
    }

    /// <summary>The class of the row, or the one with the largest share; null if the row has no label.</summary>
    public int? Read() => _read();
}
