using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Blocks;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>One pass over rows that embeds blocks of them, looks in the cache and tells how far it is.</summary>
internal sealed class EmbeddingPass : BlockPass
{
    private const int SmallestBlock = 8;
    private const int SmallBlock = 32;
    private const int LargestBlock = 1024;
    private const long BlockBytes = 64 << 20;

    private readonly ProteinEmbeddingTransformer _transformer;
    private readonly EmbeddingCachePass? _cache;
    private readonly IChannel _channel;
    private readonly IProgressChannel _progress;
    private long _done;
    private long _computed;

    /// <param name="host">Gets messages and progress.</param>
    /// <param name="transformer">Embeds the rows.</param>
    public EmbeddingPass(IHost host, ProteinEmbeddingTransformer transformer)
        : base(SmallBlock, (int)Math.Clamp(BlockBytes / transformer.RowBytes, SmallestBlock, LargestBlock))
    {
        _transformer = transformer;
        _channel = host.Start("Embedding");
        _progress = host.StartProgressChannel("Embedding proteins");
        _progress.SetHeader(new ProgressHeader(["Computed"], ["proteins"]), entry =>
        {
            entry.SetProgress(0, Interlocked.Read(ref _done));
            entry.SetMetric(0, Interlocked.Read(ref _computed));
        });
        try
        {
            _cache = transformer.BeginCachePass(sentence => _channel.Warning(sentence));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override RowBlock MakeBlock(DataViewRowCursor rows) => new EmbeddingBlock(rows, _transformer.MakeReader(rows), this);

    /// <summary>Embeds sequences.</summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="isCancelled">Whether to give up; asked before each batch.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public float[][] Embed(IReadOnlyList<SequenceWindows> sequences, Func<bool> isCancelled)
    {
        (float[][] values, int computed) = _transformer.Embedder.Embed(sequences, _cache, isCancelled);
        Interlocked.Add(ref _computed, computed);
        Interlocked.Add(ref _done, sequences.Count);
        _progress.Checkpoint(_computed, _done);
        return values;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _cache?.Dispose();
        if (_done > 0)
            _channel.Info($"Embedded {_done} proteins; {_done - _computed} of them were in the cache or equal to others.");
        _progress.Dispose();
        _channel.Dispose();
        base.Dispose();
    }
}
