using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Scoring;

namespace Subloc.MLNet.Onnx.Scoring;

/// <summary>Memory of the inputs and outputs of a batch; kept and filled anew for other batches. Used by one thread at a time.</summary>
/// <param name="info">The model.</param>
/// <param name="hasWideTokens">Whether tokens are Int64 rather than bytes.</param>
internal sealed class OnnxBatch(OnnxModelInfo info, bool hasWideTokens)
{
    private static readonly string[] _tokenInputs = [ModelValues.Tokens];
    private static readonly string[] _channelInputs = [ModelValues.Features, ModelValues.Mask];
    private static readonly string[] _outputs = [ModelValues.Probabilities];
    private static readonly string[] _outputsWithAttention = [ModelValues.Probabilities, ModelValues.Attention];

    private byte[] _residues = [];
    private long[] _tokens = [];
    private float[] _channels = [];
    private float[] _mask = [];
    private float[] _probabilities = [];
    private float[] _attention = [];

    /// <summary>Scores a batch.</summary>
    /// <param name="session">The network.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="proteins">The set.</param>
    /// <param name="batch">Which of its proteins.</param>
    /// <param name="length">Positions to pad to.</param>
    /// <param name="scores">Receives their scores.</param>
    public void Run(InferenceSession session, RunOptions options, ProteinSet proteins, int[] batch, int length, ProteinScores scores)
    {
        OrtValue[] inputs = MakeInputs(proteins, batch, length);
        OrtValue[] outputs = scores.HasAttention
            ? [Wrap(ref _probabilities, batch.Length, info.ClassNames.Count), Wrap(ref _attention, batch.Length, length)]
            : [Wrap(ref _probabilities, batch.Length, info.ClassNames.Count)];
        try
        {
            session.Run(options, InputNames, inputs, scores.HasAttention ? _outputsWithAttention : _outputs, outputs);
        }
        finally
        {
            foreach (OrtValue value in (OrtValue[])[.. inputs, .. outputs])
                value.Dispose();
        }

        Hand(proteins, batch, length, scores);
    }

    /// <summary>Calculates some values of a network.</summary>
    /// <param name="session">The network.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="proteins">The set.</param>
    /// <param name="batch">Which of its proteins.</param>
    /// <param name="length">Positions to pad to.</param>
    /// <param name="outputs">Names of the values.</param>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        InferenceSession session, RunOptions options, ProteinSet proteins, int[] batch, int length, string[] outputs)
    {
        OrtValue[] inputs = MakeInputs(proteins, batch, length);
        try
        {
            return session.Run(options, InputNames, inputs, outputs);
        }
        finally
        {
            foreach (OrtValue value in inputs)
                value.Dispose();
        }
    }

    private void Hand(ProteinSet proteins, int[] batch, int length, ProteinScores scores)
    {
        int classes = info.ClassNames.Count;
        for (int i = 0; i < batch.Length; i++)
        {
            _probabilities.AsSpan(i * classes, classes).CopyTo(scores.ProbabilitiesOf(batch[i]));
            if (scores.HasAttention)
                scores.KeepAttention(batch[i], _attention.AsSpan(i * length, proteins.LengthOf(batch[i])));
        }
    }

    private string[] InputNames => info.IsTokens ? _tokenInputs : _channelInputs;

    private OrtValue[] MakeInputs(ProteinSet proteins, int[] batch, int length) =>
        info.IsTokens ? [MakeTokens(proteins, batch, length)] : MakeChannels(proteins, batch, length);

    private OrtValue MakeTokens(ProteinSet proteins, int[] batch, int length)
    {
        int count = batch.Length * length;
        Enlarge(ref _residues, count);
        proteins.CopyResidues(batch, length, _residues.AsSpan(0, count));
        if (!hasWideTokens)
            return Wrap(ref _residues, batch.Length, length);

        Enlarge(ref _tokens, count);
        for (int i = 0; i < count; i++)
            _tokens[i] = _residues[i];
        return Wrap(ref _tokens, batch.Length, length);
    }

    private OrtValue[] MakeChannels(ProteinSet proteins, int[] batch, int length)
    {
        Enlarge(ref _channels, batch.Length * length * info.Channels);
        Enlarge(ref _mask, batch.Length * length);
        Span<float> channels = _channels.AsSpan(0, batch.Length * length * info.Channels);
        proteins.CopyResidues(batch, length, MemoryMarshal.AsBytes(channels));
        proteins.CopyMask(batch, length, 1f, _mask.AsSpan(0, batch.Length * length));
        return [Wrap(ref _channels, batch.Length, length, info.Channels), Wrap(ref _mask, batch.Length, length)];
    }

    // Not copied: the runtime reads and writes the array where it is, and it stays there until the value is disposed.
    private static OrtValue Wrap<T>(ref T[] values, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        long count = 1;
        foreach (long size in shape)
            count *= size;
        Enlarge(ref values, (int)count);
        return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.AsMemory(0, (int)count), shape.ToArray());
    }

    private static void Enlarge<T>(ref T[] values, int count)
    {
        if (values.Length < count)
            values = new T[count];
    }
}
