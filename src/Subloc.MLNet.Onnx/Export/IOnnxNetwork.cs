namespace Subloc.MLNet.Onnx.Export;

/// <summary>A network that can write itself as ONNX operators.</summary>
/// <remarks>
/// <para>
/// Implement it in the module that your network's configuration builds, and trained models export. Input, encoding, masking of the
/// channels, padding to the full length where the network needs it, and the final softmax are added around it.
/// </para>
/// <para>
/// Batch and length are chosen by every call, so no operator may have them as numbers. What the layers owe to the mask, so that a score
/// does not depend on the batch, is the same as in training; dropout is left out.
/// </para>
/// </remarks>
public interface IOnnxNetwork
{
    /// <summary>Adds the network to a graph.</summary>
    /// <param name="graph">Receives the weights and operators.</param>
    /// <param name="channels">[B, D, L], float32, zero on padding.</param>
    /// <param name="mask">[B, L], float32: 1 on residues, which stand at the left, and 0 on padding.</param>
    /// <returns>Logits [B, C] and, where the network has it, attention [B, L].</returns>
    OnnxScores Export(OnnxGraph graph, OnnxValue channels, OnnxValue mask);
}
