using Subloc.MLNet.Batching;

namespace Subloc.MLNet.TorchSharp.Batching;

/// <summary>Gives one batch after the other, and fills the next one in while the present one is worked on.</summary>
/// <remarks>
/// The values are written by a thread of the pool; the tensors are made, and freed, by the thread that takes them. One batch is
/// prepared ahead, no more. To be disposed when no more batches are wanted, wherever that is.
/// </remarks>
internal sealed class BatchFeed : IDisposable
{
    private readonly ProteinSet _set;
    private readonly BatchPlan _plan;
    private readonly IReadOnlyList<int[]> _batches;
    private Batch? _current;
    private Batch? _next;
    private Task? _filling;
    private int _started;

    /// <param name="set">The proteins.</param>
    /// <param name="plan">Says how far a batch is padded.</param>
    /// <param name="batches">Indices of the proteins of each batch, in order.</param>
    public BatchFeed(ProteinSet set, BatchPlan plan, IReadOnlyList<int[]> batches)
    {
        _set = set;
        _plan = plan;
        _batches = batches;
    }

    /// <summary>The present batch; it is freed when the next one is taken.</summary>
    public Batch Current => _current ?? throw new InvalidOperationException("There is no batch; call MoveNext first.");

    /// <summary>Takes the next batch; false behind the last one. What went wrong while it was filled in is thrown here.</summary>
    public bool MoveNext()
    {
        _current?.Dispose();
        _current = null;
        if (_filling is null)
            Start();
        if (_filling is null)
            return false;

        _filling.GetAwaiter().GetResult();
        (_current, _next, _filling) = (_next, null, null);
        Start();
        return true;
    }

    public void Dispose()
    {
        // The thread writes into the tensors' memory.
        _filling?.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        _next?.Dispose();
        _current?.Dispose();
        (_current, _next, _filling, _started) = (null, null, null, _batches.Count);
    }

    private void Start()
    {
        if (_started == _batches.Count)
            return;

        int[] proteins = _batches[_started++];
        Batch batch = _next = Batch.Allocate(_set, proteins.Length, _plan.LengthOf(proteins));
        _filling = Task.Run(() => batch.Fill(_set, proteins));
    }
}
