using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Blocks;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>The columns of embeddings: a plain vector, or a matrix of L positions with a mask.</summary>
/// <param name="Output">Name of the embedding.</param>
/// <param name="Mask">Name of the mask; null where the embedding is a plain vector.</param>
/// <param name="Length">Positions, L.</param>
/// <param name="Width">Values of a position, H.</param>
internal sealed record EmbeddingColumns(string Output, string? Mask, int Length, int Width)
{
    /// <summary>The columns, as a promise.</summary>
    public static SchemaShape.Column[] Promise(string output, string? mask) =>
        [.. (mask is null ? new[] { output } : [output, mask]).Select(name =>
            new SchemaShape.Column(name, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false))];

    /// <summary>The columns.</summary>
    public DataViewSchema.DetachedColumn[] Make() => Mask is null
        ? [new(Output, new VectorDataViewType(NumberDataViewType.Single, Width))]
        : [
            new(Output, new VectorDataViewType(NumberDataViewType.Single, Length, Width)),
            new(Mask, new VectorDataViewType(NumberDataViewType.Single, Length)),
        ];

    /// <summary>Getters of the columns.</summary>
    /// <param name="current">Gives the current row's values, for any column: H, or H for each of at most L residues.</param>
    public Delegate[] MakeGetters(CurrentValues current)
    {
        ValueGetter<VBuffer<float>> values = (ref VBuffer<float> value) => Fill(ref value, current(0), Mask is null ? Width : Length * Width);
        if (Mask is null)
            return [values];
        ValueGetter<VBuffer<float>> mask = (ref VBuffer<float> value) =>
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, Length);
            int count = current(0).Length / Width;
            editor.Values[..count].Fill(1);
            editor.Values[count..].Clear();
            value = editor.Commit();
        };
        return [values, mask];
    }

    private static void Fill(ref VBuffer<float> value, ReadOnlySpan<float> current, int size)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, size);
        current.CopyTo(editor.Values);
        editor.Values[current.Length..].Clear();
        value = editor.Commit();
    }
}
