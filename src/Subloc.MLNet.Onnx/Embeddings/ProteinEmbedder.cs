using System.Numerics.Tensors;

namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>Embeds sequences in batches of similar length. Several threads may use one.</summary>
/// <param name="model">The language model.</param>
/// <param name="options">What is computed.</param>
internal sealed class ProteinEmbedder(LanguageModel model, ProteinEmbeddingOptions options)
{
    private const int LargestBatch = 256;

    /// <summary>Values of one residue's vector, H.</summary>
    public int Width => model.Width;

    /// <summary>Embeds sequences that <see cref="ResidueVocabulary.Check"/> has passed.</summary>
    /// <param name="sequences">Residues; equal ones are computed once.</param>
    /// <param name="cache">Where embeddings are looked up and kept; null for none.</param>
    /// <param name="isCancelled">Whether to give up; asked before each batch.</param>
    /// <returns>
    /// For each sequence H values (mean), or H values for each of its residues, of which a protein longer than L keeps both ends; and how
    /// many sequences were computed rather than found.
    /// </returns>
    /// <exception cref="InvalidOperationException">The model cannot compute a batch.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public (float[][] Values, int Computed) Embed(IReadOnlyList<SequenceWindows> sequences, EmbeddingCachePass? cache, Func<bool> isCancelled)
    {
        var values = new float[sequences.Count][];
        var waiting = new Dictionary<EmbeddingKey, List<int>>();
        for (int i = 0; i < sequences.Count; i++)
        {
            EmbeddingKey key = sequences[i].Key;
            if (waiting.TryGetValue(key, out List<int>? others))
                others.Add(i);
            else if (cache?.Find(key, Width) is { } found)
                values[i] = found;
            else
                waiting[key] = [i];
        }

        Compute([.. waiting.Values.Select(equal => new Work(sequences[equal[0]], Width, options))], isCancelled, done =>
        {
            float[] result = done.Result();
            if (result.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                throw new InvalidOperationException($"{model.Name}: the language model gave values that are not finite numbers; export it in float32.");
            cache?.Add(done.Sequence.Key, result);
            foreach (int i in waiting[done.Sequence.Key])
                values[i] = result;
        });
        return (values, waiting.Count);
    }

    private void Compute(Work[] works, Func<bool> isCancelled, Action<Work> done)
    {
        // Longest first: what needs most memory fails first, and cheap batches come last.
        (Work Work, int Window)[] windows = [.. works
            .SelectMany(work => Enumerable.Range(0, work.Sequence.Starts.Count).Select(window => (work, window)))
            .OrderByDescending(part => part.work.Sequence.Size)];
        for (int start = 0; start < windows.Length;)
        {
            if (isCancelled())
                throw new OperationCanceledException("Embedding was cancelled.");

            int length = windows[start].Work.Sequence.Size + ResidueVocabulary.Frame;
            int count = Math.Clamp(options.BatchTokens / length, 1, Math.Min(LargestBatch, windows.Length - start));
            Run(windows.AsSpan(start, count), length);
            foreach ((Work work, int _) in windows.AsSpan(start, count))
            {
                if (work.IsDone)
                    done(work);
            }

            start += count;
        }
    }

    private void Run(ReadOnlySpan<(Work Work, int Window)> windows, int length)
    {
        var ids = new long[windows.Length * length];
        var mask = new long[ids.Length];
        Array.Fill(ids, model.Vocabulary.Padding);
        for (int i = 0; i < windows.Length; i++)
        {
            SequenceWindows sequence = windows[i].Work.Sequence;
            int tokens = sequence.Size + ResidueVocabulary.Frame;
            model.Vocabulary.Encode(sequence.Residues.AsSpan(sequence.Starts[windows[i].Window], sequence.Size), ids.AsSpan(i * length, tokens));
            mask.AsSpan(i * length, tokens).Fill(1);
        }

        (Work Work, int Window)[] batch = windows.ToArray();
        int width = Width;
        model.Run(ids, mask, batch.Length, states =>
        {
            // The token before the residues is left out, and so is what stands behind them.
            for (int i = 0; i < batch.Length; i++)
                batch[i].Work.Add(batch[i].Window, states.Slice((i * length + 1) * width, batch[i].Work.Sequence.Size * width));
        });
    }

    // One sequence while its windows are computed.
    private sealed class Work(SequenceWindows sequence, int width, ProteinEmbeddingOptions options)
    {
        private readonly bool _isMean = options.Output == EmbeddingOutput.Mean;

        // Memory is taken for the few sequences only whose windows are being computed.
        private float[]? _shares;
        private float[]? _sum;
        private int _missing = sequence.Starts.Count;
        private bool _isTaken;

        public SequenceWindows Sequence => sequence;

        // True once.
        public bool IsDone => _missing == 0 && !_isTaken && (_isTaken = true);

        public void Add(int window, ReadOnlySpan<float> states)
        {
            _shares ??= sequence.Shares();
            _sum ??= new float[_isMean ? width : checked(sequence.Residues.Length * width)];
            int start = sequence.Starts[window];
            for (int i = 0; i < sequence.Size; i++)
            {
                Span<float> target = _isMean ? _sum : _sum.AsSpan((start + i) * width, width);
                TensorPrimitives.MultiplyAdd(states.Slice(i * width, width), _shares[start + i], target, target);
            }

            _missing--;
        }

        public float[] Result()
        {
            int count = sequence.Residues.Length;
            float[] sum = _sum!;
            (_sum, _shares) = (null, null);
            if (_isMean)
                TensorPrimitives.Divide(sum, count, sum);
            else if (count > options.Length)
                return [.. sum.AsSpan(0, (options.Length + 1) / 2 * width), .. sum.AsSpan((count - options.Length / 2) * width)];
            return sum;
        }
    }
}
