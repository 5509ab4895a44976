using System.Runtime.InteropServices;
using Subloc.MLNet.Batching;
using Subloc.MLNet.TorchSharp.Batching;
using Subloc.MLNet.TorchSharp.Native;
using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Scoring;

/// <summary>Integrates the gradients of a network along the straight way from the channels of one protein to those of another.</summary>
/// <remarks>Points stand in the middle of equal steps. Gradients of the channels only are computed; the weights keep none.</remarks>
/// <param name="network">The network, in evaluation mode.</param>
/// <param name="shape">Sizes that it was built for.</param>
/// <param name="isFixed">Whether it needs inputs of the full length.</param>
/// <param name="device">Where it is.</param>
internal sealed class IntegratedGradients(LocalizationNetwork network, NetworkShape shape, bool isFixed, Device device)
{
    // Positions of a batch, of which the layers' values stay for the way back.
    private const int BatchTokens = 16 << 10;

    /// <summary>Attributes log-odds to the positions of a protein.</summary>
    /// <param name="set">The protein and, second, the one that the way begins at, of equal length.</param>
    /// <param name="classIndex">The class, from 0.</param>
    /// <param name="steps">Points on the way.</param>
    /// <param name="importance">Receives a value for each position.</param>
    /// <returns>The log-odds at the end of the way, less those at its beginning.</returns>
    public double Attribute(ProteinSet set, int classIndex, int steps, float[] importance)
    {
        using var scope = NewDisposeScope();
        int length = isFixed ? shape.Length : set.LengthOf(0);
        using Batch input = Batch.Allocate(set, 2, length);
        input.Fill(set, [0, 1]);
        Tensor masks = input.Mask.to(device), both = ReadChannels(input.Residues.to(device), masks); // [2, L], [2, D, L]
        Tensor mask = masks.narrow(0, 0, 1), start = both.narrow(0, 1, 1);                       // [1, L], [1, D, L]
        Tensor way = both.narrow(0, 0, 1) - start, sum = way.zeros_like();                       // [1, D, L]
        int most = Math.Max(1, BatchTokens / length);
        for (int first = 0; first < steps; first += most)
        {
            using var batch = NewDisposeScope();
            float[] shares = [.. Enumerable.Range(first, Math.Min(most, steps - first)).Select(step => (step + 0.5f) / steps)];
            sum.add_(Gradients(start, way, mask, shares, classIndex), Numbers.One);
        }

        Tensor parts = (sum * way / Numbers.Of((double)steps)).sum(1L).cpu().contiguous();       // [1, L]
        MemoryMarshal.Cast<byte, float>(parts.bytes)[..importance.Length].CopyTo(importance);
        using var frozen = no_grad();
        Tensor logOdds = LogOdds(network.ScoreChannels(both, masks).to_type(ScalarType.Float64), classIndex); // [2]
        return logOdds[0].item<double>() - logOdds[1].item<double>();
    }

    private Tensor ReadChannels(Tensor residues, Tensor mask)
    {
        using var frozen = no_grad();
        return network.ReadChannels(residues, mask);
    }

    // Summed over the points, [1, D, L].
    private Tensor Gradients(Tensor start, Tensor way, Tensor mask, float[] shares, int classIndex)
    {
        using var enabled = enable_grad();
        Tensor points = (way * tensor(shares, device: device).view(-1, 1, 1)).Plus(start);       // [S, D, L]
        points.requires_grad_();
        Tensor masks = mask.expand(shares.Length, -1).contiguous();                              // [S, L]
        Tensor logOdds = LogOdds(network.ScoreChannels(points, masks), classIndex).sum();
        return autograd.grad([logOdds], [points])[0].sum(0L, keepdim: true);
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
