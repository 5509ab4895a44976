using System.Runtime.ExceptionServices;
using TorchSharp;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>How many threads libtorch uses inside one operation.</summary>
/// <remarks>
/// libtorch keeps this number for each thread, and one for the process that a thread takes over when it first computes. Setting it
/// on any thread sets the process' number too, so all that set it here take turns.
/// </remarks>
internal static class IntraOpThreads
{
    private static readonly Lock _setting = new();

    /// <summary>Threads that operations of the calling thread use.</summary>
    public static int Count
    {
        get
        {
            lock (_setting)
                return torch.get_num_threads();
        }
    }

    /// <summary>Sets the number for the calling thread and for all that have not computed yet.</summary>
    /// <param name="count">Threads; 0 leaves the number as it is.</param>
    public static void Use(int count)
    {
        lock (_setting)
        {
            // Asking is what lets a thread take the process' number over.
            if (count == 0)
                torch.get_num_threads();
            else
                torch.set_num_threads(count);
        }
    }

    /// <summary>Runs work on several new threads at once, whose operations use no further thread, and waits for all.</summary>
    /// <param name="threads">Number of threads; at least 1.</param>
    /// <param name="work">What each of them does. The first exception of any is thrown here.</param>
    public static void RunSingly(int threads, Action work)
    {
        Exception? error = null;
        var workers = new Thread[threads];
        using var set = new CountdownEvent(threads);
        for (int i = 0; i < threads; i++)
        {
            workers[i] = new Thread(() =>
            {
                torch.set_num_threads(1);
                set.Signal();
                try
                {
                    work();
                }
                catch (Exception exception)
                {
                    Interlocked.CompareExchange(ref error, exception, null);
                }
            })
            { IsBackground = true, Name = "libtorch, alone" };
        }

        // A thread that has not computed yet knows the process' number, and can set it back without touching another's.
        var starter = new Thread(() =>
        {
            lock (_setting)
            {
                int shared = torch.get_num_threads();
                foreach (Thread worker in workers)
                    worker.Start();
                set.Wait();
                torch.set_num_threads(shared);
            }
        })
        { IsBackground = true };
        starter.Start();
        starter.Join();
        foreach (Thread worker in workers)
            worker.Join();
        if (error is not null)
            ExceptionDispatchInfo.Throw(error);
    }
}
