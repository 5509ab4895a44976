using System.Runtime.InteropServices;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Families;
using Subloc.MLNet.Scoring;
using Subloc.MLNet.TorchSharp.Batching;
using Subloc.MLNet.TorchSharp.Native;
using Subloc.MLNet.TorchSharp.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Scoring;

/// <summary>Gives class probabilities for sets of proteins. Several threads may use one scorer.</summary>
/// <remarks>
/// On a CPU several batches are scored at a time, each by one thread: threads that share the work of one batch have to meet after
/// every operation, and an LSTM gives them hardly anything to share.
/// </remarks>
/// <param name="network">The network; must stay in evaluation mode.</param>
/// <param name="shape">Sizes that the network was built for.</param>
/// <param name="isFixed">Whether the network needs inputs of the full length.</param>
/// <param name="device">Where the network is.</param>
/// <param name="families">Families whose word is added to the network's. Default null: none.</param>
internal sealed class NetworkScorer(LocalizationNetwork network, NetworkShape shape, bool isFixed, Device device, ProteinFamilies? families = null)
{
    // Of what was measured with cnn1, cnn-lstm and resnet1 on proteins of real lengths, the fastest for each.
    private const int BatchSize = 128;
    private const int BatchTokens = 32 << 10;

    /// <summary>Scores some proteins of a set.</summary>
    /// <param name="set">The proteins.</param>
    /// <param name="proteins">Which of them.</param>
    /// <param name="scores">Receives their scores; reserved for all proteins of the set.</param>
    /// <param name="isCancelled">Whether to give up; asked before each batch, on any thread.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Score(ProteinSet set, IReadOnlyList<int> proteins, ProteinScores scores, Func<bool>? isCancelled = null)
    {
        var plan = new BatchPlan(set, BatchSize, BatchTokens, shape.Length, isFixed);
        List<int[]> batches = plan.InOrder(proteins);
        int taken = 0;
        void ScoreAll()
        {
            using var noGradient = no_grad();
            while (Interlocked.Increment(ref taken) is int number && number <= batches.Count)
            {
                try
                {
                    if (isCancelled?.Invoke() == true)
                        throw new OperationCanceledException("Scoring was cancelled.");
                    Score(set, batches[number - 1], plan.LengthOf(batches[number - 1]), scores);
                }
                catch
                {
                    // The other threads need not go on.
                    Interlocked.Exchange(ref taken, batches.Count);
                    throw;
                }
            }
        }

        int threads = device.type == DeviceType.CPU ? Math.Min(IntraOpThreads.Count, batches.Count) : 1;
        if (threads > 1)
            SingleThread.Run(threads, ScoreAll);
        else
            ScoreAll();
    }

    private void Score(ProteinSet set, int[] batch, int length, ProteinScores scores)
    {
        using var scope = NewDisposeScope();
        using Batch input = Batch.Allocate(set, batch.Length, length);
        input.Fill(set, batch);
        (Tensor residues, Tensor mask) = (input.Residues.to(device), input.Mask.to(device));
        (Tensor logits, Tensor? attention) = scores.HasAttention
            ? network.ForwardWithAttention(residues, mask)                                         // [B, C], [B, L]
            : (network.forward(residues, mask), null);                                             // [B, C]
        Hand(logits.softmax(1), batch, (protein, values) => values.CopyTo(scores.ProbabilitiesOf(protein)));
        families?.Speak(set, batch, scores, 1);
        if (attention is not null)
            Hand(attention, batch, (protein, values) => scores.KeepAttention(protein, values[..set.LengthOf(protein)]));
    }

    private static void Hand(Tensor rows, int[] batch, Action<int, ReadOnlySpan<float>> keep)
    {
        Tensor values = rows.cpu().contiguous();
        ReadOnlySpan<float> all = MemoryMarshal.Cast<byte, float>(values.bytes);
        int width = all.Length / batch.Length;
        for (int i = 0; i < batch.Length; i++)
            keep(batch[i], all.Slice(i * width, width));
    }
}
