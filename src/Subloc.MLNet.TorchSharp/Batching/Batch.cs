using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Batching;

/// <summary>Input of a network, on the CPU.</summary>
/// <param name="Residues">Tokens [B, L] (uint8), or channels [B, L, D] (float32).</param>
/// <param name="Mask">[B, L] (bool), true on residues.</param>
internal readonly record struct Batch(Tensor Residues, Tensor Mask);
