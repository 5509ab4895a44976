namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>What a protein is represented by.</summary>
public enum EmbeddingOutput
{
    /// <summary>The mean over its residues, <c>Vector&lt;Single, H&gt;</c>; special tokens and padding do not count.</summary>
    Mean,

    /// <summary>One vector a residue, <c>Vector&lt;Single, L, H&gt;</c>, with a mask <c>Vector&lt;Single, L&gt;</c>.</summary>
    PerResidue,
}
