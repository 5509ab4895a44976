using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Batching;

/// <summary>Input of a network, on the CPU, and the true classes. Belongs to who disposes it, not to a dispose scope.</summary>
/// <param name="Residues">Tokens [B, L] (uint8), or channels [B, L, D] (float32); zero on padding.</param>
/// <param name="Mask">[B, L] (bool), true on residues.</param>
/// <param name="Labels">Class indices [B] (int64).</param>
/// <remarks>How proteins are put into batches is told at <see cref="Training.ProteinNetworkTrainer"/>.</remarks>
internal sealed record Batch(Tensor Residues, Tensor Mask, Tensor Labels) : IDisposable
{
    public void Dispose()
    {
        Residues.Dispose();
        Mask.Dispose();
        Labels.Dispose();
    }
}
