using Microsoft.ML;
using Subloc.MLNet.Blocks;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>Some rows that are embedded together.</summary>
/// <param name="rows">Where the rows come from.</param>
/// <param name="read">Reads the current row's sequence.</param>
/// <param name="pass">Embeds sequences.</param>
internal sealed class EmbeddingBlock(DataViewRowCursor rows, Func<SequenceWindows> read, EmbeddingPass pass) : RowBlock(rows)
{
    private readonly List<SequenceWindows> _sequences = [];
    private float[][] _values = [];

    /// <inheritdoc/>
    public override ReadOnlySpan<float> ValuesOf(int row, int column) => _values[row];

    /// <inheritdoc/>
    public override void Compute(Func<bool> isCancelled) => _values = pass.Embed(_sequences, isCancelled);

    /// <inheritdoc/>
    protected override void Clear()
    {
        _sequences.Clear();
        _values = [];
    }

    /// <inheritdoc/>
    protected override void Add() => _sequences.Add(read());
}
