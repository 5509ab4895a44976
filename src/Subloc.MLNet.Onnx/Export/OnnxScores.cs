namespace Subloc.MLNet.Onnx.Export;

/// <summary>What a network gives for a batch.</summary>
/// <param name="Logits">One value a class before the softmax, [B, C], float32.</param>
/// <param name="Attention">Weight of each position, [B, L], float32, zero on padding; null where the network has none.</param>
public sealed record OnnxScores(OnnxValue Logits, OnnxValue? Attention = null);
