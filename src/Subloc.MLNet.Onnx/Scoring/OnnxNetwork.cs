using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Scoring;

namespace Subloc.MLNet.Onnx.Scoring;

/// <summary>An exported network on ONNX Runtime. Several threads may run batches at the same time.</summary>
internal sealed class OnnxNetwork : IDisposable
{
    private const int BatchSize = 128;

    // Of 2, 4, 8, 16 and 32 thousand the fastest for transformers and for LSTM layers, whose weights of all pairs and gates of all steps then stay in
    // the processor's cache, and for others, to whom the size matters little.
    private const int TransformerBatchTokens = 4 << 10;
    private const int RecurrentBatchTokens = 8 << 10;
    private const int BatchTokens = 16 << 10;

    private const int BatchBytes = 32 << 20;

    private readonly OnnxModelContent _content;
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly ConcurrentBag<OnnxBatch> _free = [];
    private readonly bool _hasWideTokens;
    private readonly bool _isFixedLength;
    private readonly int _batchSize;
    private readonly int _batchTokens;

    /// <summary>Prepares the network.</summary>
    /// <exception cref="InvalidDataException">ONNX Runtime cannot run it.</exception>
    /// <exception cref="InvalidOperationException">ONNX Runtime cannot be loaded on this system.</exception>
    public OnnxNetwork(OnnxModelContent content)
    {
        _content = content;
        _session = OnnxSessions.Start(content.Bytes, content.Name, content.Info.HasShortSums);
        NodeMetadata input = _session.InputMetadata[content.Info.IsTokens ? ModelValues.Tokens : ModelValues.Features];
        _hasWideTokens = input.ElementType == typeof(long);
        (int batch, int length) = (input.Dimensions[0], input.Dimensions[1]);
        _isFixedLength = length > 0;
        _batchSize = batch > 0 ? batch : BatchSize;
        _batchTokens = content.IsTransformer ? TransformerBatchTokens : content.IsRecurrent ? RecurrentBatchTokens : BatchTokens;
        if (!content.Info.IsTokens)
            _batchTokens = Math.Clamp(BatchBytes / (content.Info.Channels * sizeof(float)), 1, _batchTokens);
        if (batch > 1 || (_isFixedLength && length != content.Info.Length))
        {
            Dispose();
            throw new InvalidDataException(
                $"{content.Name}: the ONNX file takes batches of {Text(batch)} proteins of {Text(length)} positions; expected 1 or any number, of {content.Info.Length} or any number.");
        }
    }

    /// <summary>Divides the proteins of a set into batches, those that take longest first.</summary>
    public List<int[]> Plan(ProteinSet proteins) => MakePlan(proteins).InOrder([.. Enumerable.Range(0, proteins.Count)]);

    /// <summary>Scores one batch.</summary>
    /// <param name="proteins">The set.</param>
    /// <param name="batch">Which of its proteins.</param>
    /// <param name="scores">Receives their scores.</param>
    public void Run(ProteinSet proteins, int[] batch, ProteinScores scores)
    {
        OnnxBatch values = _free.TryTake(out OnnxBatch? free) ? free : new OnnxBatch(_content.Info, _hasWideTokens);
        int length = MakePlan(proteins).LengthOf(batch);
        try
        {
            values.Run(_session, _options, proteins, batch, length, scores);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidOperationException(
                $"{_content.Name}: ONNX Runtime failed on {batch.Length} proteins of {length} positions: {OnnxSessions.Sentence(error)}", error);
        }
        finally
        {
            _free.Add(values);
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }

    private BatchPlan MakePlan(ProteinSet proteins) => new(proteins, _batchSize, _batchTokens, _content.Info.Length, _isFixedLength, lengthStep: 1);

    private static string Text(int size) => size > 0 ? $"{size}" : "any number of";
}
