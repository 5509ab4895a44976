using System.Runtime.InteropServices;
using Subloc.MLNet.TorchSharp.Batching;
using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Scoring;

/// <summary>Gives class probabilities for sets of proteins. Several threads may use one scorer.</summary>
/// <param name="network">Takes residues and mask and gives logits; must stay in evaluation mode.</param>
/// <param name="shape">Sizes that the network was built for.</param>
/// <param name="isFixed">Whether the network needs inputs of the full length.</param>
/// <param name="device">Where the network is.</param>
internal sealed class NetworkScorer(nn.Module<Tensor, Tensor, Tensor> network, NetworkShape shape, bool isFixed, Device device)
{
    private const int BatchSize = 64;

    /// <summary>Scores some proteins of a set.</summary>
    /// <param name="set">The proteins.</param>
    /// <param name="proteins">Which of them.</param>
    /// <param name="probabilities">Receives the probabilities of protein i of the set at i * C; its length is the set's count times C.</param>
    public void Score(ProteinSet set, IReadOnlyList<int> proteins, Span<float> probabilities)
    {
        var plan = new BatchPlan(set, BatchSize, shape.Length, isFixed);
        int classes = shape.Classes;
        using var noGradient = no_grad();
        foreach (int[] batch in plan.InOrder(proteins))
        {
            using var scope = NewDisposeScope();
            Batch input = set.Assemble(batch, plan.LengthOf(batch));
            Tensor scores = network.forward(input.Residues.to(device), input.Mask.to(device)).softmax(1).cpu().contiguous(); // [B, C]
            Span<float> values = MemoryMarshal.Cast<byte, float>(scores.bytes);
            for (int i = 0; i < batch.Length; i++)
                values.Slice(i * classes, classes).CopyTo(probabilities[(batch[i] * classes)..]);
        }
    }
}
