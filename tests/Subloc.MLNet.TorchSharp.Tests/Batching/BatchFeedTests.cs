using Subloc.MLNet.Batching;
using Subloc.MLNet.TorchSharp.Batching;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Batching;

[Collection(TorchTests.Name)]
public sealed class BatchFeedTests
{
    [Fact]
    public void MoveNext_EveryBatch_ComesInOrderWithItsProteins()
    {
        using TokenSet set = MakeSet();
        var plan = new BatchPlan(set, 16, 0, 100, isFixed: false);
        List<int[]> batches = plan.Shuffle([.. Enumerable.Range(0, set.Count)], seed: 1, epoch: 1);
        using var feed = new BatchFeed(set, plan, batches);

        foreach (int[] batch in batches)
        {
            Assert.True(feed.MoveNext());
            using Tensor lengths = feed.Current.Mask.sum(1L);
            Assert.Equal([batch.Length, plan.LengthOf(batch)], feed.Current.Residues.shape);
            Assert.Equal(batch.Select(protein => (long)set.LengthOf(protein)), lengths.data<long>().ToArray());
            Assert.Equal(batch.Select(protein => (long)protein), feed.Current.Labels.data<long>().ToArray());
        }

        Assert.False(feed.MoveNext());
        Assert.False(feed.MoveNext());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void Dispose_AnyNumberOfBatchesTaken_LeavesNoTensor(int taken)
    {
        using TokenSet set = MakeSet();
        var plan = new BatchPlan(set, 16, 0, 100, isFixed: false);
        (long alive, long mine) before = (LiveTensors.Count(), Live());

        for (int round = 0; round < 20; round++)
        {
            using var scope = NewDisposeScope();
            using var feed = new BatchFeed(set, plan, plan.Shuffle([.. Enumerable.Range(0, set.Count)], 1, round));
            for (int i = 0; i < taken; i++)
                feed.MoveNext();
            Assert.Equal(0, scope.DisposablesCount);
        }

        Assert.Equal(before, (Tensor.TotalCount, Live()));
    }

    [Fact]
    public void MoveNext_FillingFails_ThrowsWhatWentWrong()
    {
        using TokenSet set = MakeSet();
        var plan = new BatchPlan(set, 16, 0, 100, isFixed: false);
        long before = LiveTensors.Count();

        // A protein that the set does not have.
        using (var feed = new BatchFeed(set, new BatchPlan(set, 16, 0, 20, isFixed: true), [[0], [1], [set.Count], [2]]))
        {
            Assert.True(feed.MoveNext());
            Assert.True(feed.MoveNext());
            Assert.Throws<ArgumentOutOfRangeException>(() => feed.MoveNext());
            Assert.Throws<ArgumentOutOfRangeException>(() => feed.MoveNext());
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public async Task MoveNext_EveryThreadOfThePoolBusy_GoesOn()
    {
        using TokenSet set = MakeSet();
        var plan = new BatchPlan(set, 16, 0, 100, isFixed: false);
        int[] all = [.. Enumerable.Range(0, set.Count)];
        int fed = 0;

        // More than the pool has threads, each of them waiting for work of the pool.
        Task[] users = [.. Enumerable.Range(0, 4 * Environment.ProcessorCount + 8).Select(user => Task.Run(() =>
        {
            using var feed = new BatchFeed(set, plan, plan.Shuffle(all, user, 1));
            while (feed.MoveNext())
                Interlocked.Add(ref fed, (int)feed.Current.Labels.shape[0]);
        }))];

        await Task.WhenAll(users).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(users.Length * set.Count, fed);
    }

    private static long Live() => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    // Protein i has 1 + i % 100 residues and the label i.
    private static TokenSet MakeSet()
    {
        var set = new TokenSet();
        for (int i = 0; i < 300; i++)
            set.Add(Enumerable.Repeat((byte)1, 1 + i % 100).ToArray(), i);
        return set;
    }
}
