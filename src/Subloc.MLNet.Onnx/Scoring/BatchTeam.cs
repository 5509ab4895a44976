using System.Runtime.ExceptionServices;

namespace Subloc.MLNet.Onnx.Scoring;

/// <summary>Runs batches on the calling thread and on helpers from the pool.</summary>
/// <remarks>
/// Threads that share the work of one batch have to meet after every operation; a batch for each thread needs no such meeting. However
/// many threads use a model, it has no more helpers than one of them asks for.
/// </remarks>
internal sealed class BatchTeam
{
    private int _helpers;

    /// <summary>Runs all batches.</summary>
    /// <param name="threads">Threads that work at the same time, the calling one included.</param>
    /// <param name="batches">The batches, those that take longest first.</param>
    /// <param name="isCancelled">Whether to give up; asked before each batch, on any thread.</param>
    /// <param name="work">Runs one batch, on any thread. The first exception of any is thrown here.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Run(int threads, IReadOnlyList<int[]> batches, Func<bool>? isCancelled, Action<int[]> work)
    {
        var pass = new Pass(batches, isCancelled, work);
        for (int helper = 1; helper < Math.Min(threads, batches.Count) && TryReserve(threads - 1); helper++)
        {
            _ = Task.Run(() =>
            {
                pass.Help();
                Interlocked.Decrement(ref _helpers);
            });
        }

        pass.Finish();
    }

    private bool TryReserve(int most)
    {
        if (Interlocked.Increment(ref _helpers) <= most)
            return true;
        Interlocked.Decrement(ref _helpers);
        return false;
    }

    private sealed class Pass(IReadOnlyList<int[]> batches, Func<bool>? isCancelled, Action<int[]> work)
    {
        private readonly object _lock = new();
        private ExceptionDispatchInfo? _error;
        private int _taken;
        private int _working;
        private bool _isOver;

        // Whom the pool starts only when the work is done finds nothing to do, and nobody has waited for him.
        public void Help()
        {
            lock (_lock)
            {
                if (_isOver)
                    return;
                _working++;
            }

            Work();
            lock (_lock)
            {
                _working--;
                Monitor.PulseAll(_lock);
            }
        }

        public void Finish()
        {
            Work();
            lock (_lock)
            {
                _isOver = true;
                while (_working > 0)
                    Monitor.Wait(_lock);
            }

            _error?.Throw();
        }

        private void Work()
        {
            try
            {
                while (Interlocked.Increment(ref _taken) is int number && number <= batches.Count)
                {
                    if (isCancelled?.Invoke() == true)
                        throw new OperationCanceledException("Scoring was cancelled.");
                    work(batches[number - 1]);
                }
            }
            catch (Exception error)
            {
                // The other threads need not go on.
                Interlocked.Exchange(ref _taken, batches.Count);
                Interlocked.CompareExchange(ref _error, ExceptionDispatchInfo.Capture(error), null);
            }
        }
    }
}
