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
            // A thread's first question takes the process' number over, also when its own was set before: so it comes first.
            torch.get_num_threads();
            if (count > 0)
                torch.set_num_threads(count);
        }
    }

    /// <summary>Starts threads whose operations use no further thread, and leaves the number of all others as it is.</summary>
    /// <param name="name">Name of the threads.</param>
    /// <param name="bodies">What each of them does.</param>
    public static void StartSingly(string name, IReadOnlyCollection<Action> bodies)
    {
        var set = new CountdownEvent(bodies.Count);
        Thread[] threads = [.. bodies.Select(body => new Thread(() =>
        {
            // As in Use.
            torch.get_num_threads();
            torch.set_num_threads(1);
            set.Signal();
            body();
        })
        { IsBackground = true, Name = name })];

        // A thread that has not computed yet knows the process' number, and can set it back without touching another's.
        var starter = new Thread(() =>
        {
            lock (_setting)
            {
                int shared = torch.get_num_threads();
                Array.ForEach(threads, thread => thread.Start());
                set.Wait();
                torch.set_num_threads(shared);
            }
        })
        { IsBackground = true };
        starter.Start();
        starter.Join();
    }
}
