using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Blocks;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>Embeds blocks of rows.</summary>
/// <param name="transformer">Embeds them.</param>
/// <param name="sequence">The column of the residues.</param>
internal sealed class EmbeddingWork(ProteinEmbeddingTransformer transformer, DataViewSchema.Column sequence) : IBlockWork
{
    /// <inheritdoc/>
    public string Name => "Embedding";

    /// <inheritdoc/>
    public IEnumerable<DataViewSchema.Column> Inputs => [sequence];

    /// <inheritdoc/>
    public CancellationToken Cancellation => transformer.Cancellation;

    /// <inheritdoc/>
    public DataViewSchema.DetachedColumn[] MakeColumns(DataViewSchema inputSchema) => transformer.Columns.Make();

    /// <inheritdoc/>
    public Delegate[] MakeGetters(CurrentValues current) => transformer.Columns.MakeGetters(current);

    /// <inheritdoc/>
    public BlockPass Begin(IHost host, Func<int, bool> isNeeded) => new EmbeddingPass(host, transformer);
}
