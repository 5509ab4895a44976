using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>A network that says how much it looked at each residue.</summary>
/// <remarks>
/// Implement it in the module whose configuration has <see cref="NetworkConfig.GivesAttention"/>: trained models then have a column
/// Attention. A module that is also an <see cref="Onnx.Export.IOnnxNetwork"/> gives the same weights in its export.
/// </remarks>
public interface IAttentionNetwork
{
    /// <summary>Scores a batch as <c>forward</c> does, and weighs its positions. Called in evaluation only, by several threads at once.</summary>
    /// <param name="channels">[B, D, L], float32, zero on padding.</param>
    /// <param name="mask">[B, L], bool; true on residues.</param>
    /// <returns>Logits [B, C], and weights [B, L], float32, that add up to 1 over a protein's residues and are zero on padding.</returns>
    (Tensor Logits, Tensor Attention) ForwardWithAttention(Tensor channels, Tensor mask);
}
