using System.Runtime.InteropServices;
using Subloc.MLNet.Batching;
using Subloc.MLNet.TorchSharp.Batching;
using Subloc.MLNet.TorchSharp.Native;
using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Scoring;

/// <summary>Integrates the gradients of a network along the straight ways to the channels of one protein from those of others.</summary>
/// <remarks>Points stand in the middle of equal steps. Gradients of the channels only are computed; the weights keep none.</remarks>
/// <param name="network">The network, in evaluation mode.</param>
/// <param name="shape">Sizes that it was built for.</param>
/// <param name="isFixed">Whether it needs inputs of the full length.</param>
/// <param name="device">Where it is.</param>
internal sealed class IntegratedGradients(LocalizationNetwork network, NetworkShape shape, bool isFixed, Device device)
{
    // Positions of a batch, of which the layers' values stay for the way back.
    private const int BatchTokens = 16 << 10;

    /// <summary>Attributes log-odds to the positions of a protein, as the mean over the ways.</summary>
    /// <param name="set">The protein and, behind it, the K where ways begin, all of equal length.</param>
    /// <param name="classIndex">The class, from 0.</param>
    /// <param name="steps">Points on each way.</param>
    /// <param name="importance">Receives a value for each position.</param>
    /// <returns>The log-odds at the end of the ways, less the mean of those at their beginnings.</returns>
    public double Attribute(ProteinSet set, int classIndex, int steps, float[] importance)
    {
        using var scope = NewDisposeScope();
        int length = isFixed ? shape.Length : set.LengthOf(0), count = set.Count - 1, points = count * steps;
        using Batch input = Batch.Allocate(set, 1 + count, length);
        input.Fill(set, [.. Enumerable.Range(0, 1 + count)]);
        Tensor masks = input.Mask.to(device), all = ReadChannels(input.Residues.to(device), masks); // [1 + K, L], [1 + K, D, L]
        Tensor mask = masks.narrow(0, 0, 1), starts = all.narrow(0, 1, count);                   // [1, L], [K, D, L]
        Tensor ways = all.narrow(0, 0, 1) - starts, sum = zeros(length, device: device); // [K, D, L], [L]
        int most = Math.Max(1, BatchTokens / length);
        for (int first = 0; first < points; first += most)
        {
            using var batch = NewDisposeScope();
            int[] chosen = [.. Enumerable.Range(first, Math.Min(most, points - first))];
            float[] shares = [.. chosen.Select(point => (point % steps + 0.5f) / steps)];
            Tensor indices = tensor([.. chosen.Select(point => (long)(point / steps))], device: device); // [S]
            sum.add_(Parts(starts.index_select(0, indices), ways.index_select(0, indices), mask, shares, classIndex), Numbers.One);
        }

        Tensor parts = (sum / Numbers.Of((double)points)).cpu();                                 // [L]
        MemoryMarshal.Cast<byte, float>(parts.bytes)[..importance.Length].CopyTo(importance);
        using var frozen = no_grad();
        Tensor logOdds = LogOdds(network.ScoreChannels(all, masks).to_type(ScalarType.Float64), classIndex); // [1 + K]
        return (logOdds[0] - logOdds.narrow(0, 1, count).mean()).item<double>();
    }

    private Tensor ReadChannels(Tensor residues, Tensor mask)
    {
        using var frozen = no_grad();
        return network.ReadChannels(residues, mask);
    }

    // What the positions account for at the points, summed over them, [L].
    private Tensor Parts(Tensor starts, Tensor ways, Tensor mask, float[] shares, int classIndex) // [S, D, L] twice
    {
        using var enabled = enable_grad();
        Tensor points = (ways * tensor(shares, device: device).view(-1, 1, 1)).Plus(starts);     // [S, D, L]
        points.requires_grad_();
        Tensor masks = mask.expand(shares.Length, -1).contiguous();                              // [S, L]
        Tensor logOdds = LogOdds(network.ScoreChannels(points, masks), classIndex).sum();
        return (autograd.grad([logOdds], [points])[0] * ways).sum([0L, 1L]);
    }

    // ln(p / (1 - p)), [S], of logits [S, C]; of the logit itself where there is one class only.
    private static Tensor LogOdds(Tensor logits, int classIndex)
    {
        Tensor own = logits.select(1, classIndex);
        long classes = logits.shape[1];
        Tensor others = cat([logits.narrow(1, 0, classIndex), logits.narrow(1, classIndex + 1, classes - classIndex - 1)], 1);
        return classes == 1 ? own : own - others.logsumexp(1L);
    }
}
