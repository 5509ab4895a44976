using Subloc.MLNet;
using Subloc.MLNet.Onnx.Embeddings;

namespace Subloc.Cli.Data;

/// <summary>Columns and sizes of embeddings as a network reads them.</summary>
/// <param name="Column">Column of the embedding.</param>
/// <param name="Mask">Column of the mask; null for one vector a protein.</param>
/// <param name="Length">Positions; of no meaning for one vector a protein.</param>
internal sealed record EmbeddingShape(string Column, string? Mask, int Length)
{
    /// <summary>Whether a protein is one vector, or one a residue.</summary>
    public EmbeddingOutput Output => Mask is null ? EmbeddingOutput.Mean : EmbeddingOutput.PerResidue;

    /// <summary>A name for the column of the mask, whether there is one or not.</summary>
    public string MaskColumn => Mask ?? ColumnNames.Mask;
}
