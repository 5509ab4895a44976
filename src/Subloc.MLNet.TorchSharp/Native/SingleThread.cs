namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>A thread whose operations use no further thread, kept for a while for the next work.</summary>
/// <remarks>
/// What libtorch and the C library keep for a thread (scratch memory, prepared kernels, freed blocks) serves again then: with new threads
/// for each piece of work, memory grew by tens of megabytes over hundreds of thousands of proteins.
/// </remarks>
internal sealed class SingleThread
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly object _lock = new();
    private static readonly List<SingleThread> _idle = [];

    private Action? _work;
    private TaskCompletionSource _done = new();

    /// <summary>Runs work on several threads at once and waits for all.</summary>
    /// <param name="threads">Number of threads; at least 1.</param>
    /// <param name="work">What each of them does. The first exception of any is thrown here.</param>
    public static void Run(int threads, Action work)
    {
        List<SingleThread> team;
        lock (_lock)
        {
            // Those that worked last; the others may end.
            int first = Math.Max(0, _idle.Count - threads);
            team = _idle[first..];
            _idle.RemoveRange(first, team.Count);
        }

        SingleThread[] more = [.. Enumerable.Range(0, threads - team.Count).Select(_ => new SingleThread())];
        if (more.Length > 0)
            IntraOpThreads.StartSingly("Subloc scoring", [.. more.Select(thread => (Action)thread.Live)]);
        Task.WhenAll([.. team.Concat(more).Select(thread => thread.Begin(work))]).GetAwaiter().GetResult();
    }

    private void Live()
    {
        while (WaitForWork() is { } work)
            Do(work);
    }

    private Task Begin(Action work)
    {
        lock (_lock)
        {
            _work = work;
            _done = new TaskCompletionSource();
            Monitor.PulseAll(_lock);
            return _done.Task;
        }
    }

    // Null when none came for a while.
    private Action? WaitForWork()
    {
        lock (_lock)
        {
            // A thread that is not idle was chosen for work that is about to come.
            while (_work is null)
            {
                if (!Monitor.Wait(_lock, _patience) && _work is null && _idle.Remove(this))
                    return null;
            }

            return _work;
        }
    }

    private void Do(Action work)
    {
        Exception? error = null;
        try
        {
            work();
        }
        catch (Exception exception)
        {
            error = exception;
        }

        TaskCompletionSource done = _done;
        lock (_lock)
        {
            // Idle before its user knows, so that the user's next work finds it.
            _work = null;
            _idle.Add(this);
        }

        if (error is null)
            done.SetResult();
        else
            done.SetException(error);
    }
}
