using Subloc.MLNet.TorchSharp.Native;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Native;

[Collection(TorchTests.Name)]
public sealed class SingleThreadTests
{
    [Fact]
    public void Run_SeveralThreads_EachComputesAlone()
    {
        using var setting = new ThreadSetting(2);
        using var all = new Barrier(3);
        var counts = new List<int>();

        SingleThread.Run(3, () =>
        {
            // Passed only when the three are here at once.
            Assert.True(all.SignalAndWait(TimeSpan.FromSeconds(30)));
            lock (counts)
                counts.Add(get_num_threads());
        });

        Assert.Equal([1, 1, 1], counts);
        Assert.Equal(2, get_num_threads());
    }

    [Fact]
    public void Run_WorkFails_ThrowsItsErrorAndGoesOn()
    {
        int number = 0;

        var error = Assert.Throws<InvalidDataException>(() => SingleThread.Run(2, () =>
        {
            if (Interlocked.Increment(ref number) == 1)
                throw new InvalidDataException("The first fails.");
        }));
        SingleThread.Run(2, () => Interlocked.Increment(ref number));

        Assert.Equal("The first fails.", error.Message);
        Assert.Equal(4, number);
    }

    [Fact]
    public void Run_OneAfterTheOther_UsesTheSameThreads()
    {
        var threads = new HashSet<int>();
        for (int round = 0; round < 200; round++)
        {
            SingleThread.Run(2, () =>
            {
                lock (threads)
                    threads.Add(Environment.CurrentManagedThreadId);
            });
        }

        // Two, or those that earlier tests left idle when they all are about to end.
        Assert.InRange(threads.Count, 1, 4);
    }

    [Fact]
    public async Task Run_ManyUsersAtOnce_DoesAllWork()
    {
        int done = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int round = 0; round < 50; round++)
                SingleThread.Run(3, () => Interlocked.Increment(ref done));
        }))).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(8 * 50 * 3, done);
    }
}
