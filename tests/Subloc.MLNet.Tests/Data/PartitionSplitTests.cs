using Subloc.MLNet.Data;

namespace Subloc.MLNet.Tests.Data;

public class PartitionSplitTests
{
    // Partitions 0 to 9 of 10 rows each.
    private static readonly uint[] _even = [.. Enumerable.Range(0, 100).Select(i => (uint)(i % 10))];

    [Theory]
    [InlineData(0.05, 1)]
    [InlineData(0.1, 1)]
    [InlineData(0.11, 2)]
    [InlineData(0.5, 5)]
    [InlineData(0.95, 9)] // never all
    public void Choose_EvenPartitions_FirstReachesTheFraction(double fraction, int expected)
        => Assert.Equal(expected, PartitionSplit.Choose(_even, fraction, seed: 1).Count);

    [Fact]
    public void Choose_EqualSeeds_GivesEqualPartitionsWhateverTheOrderOfRows()
    {
        IReadOnlySet<uint> chosen = PartitionSplit.Choose(_even, 0.3, seed: 7);

        Assert.Equal(chosen.Order(), PartitionSplit.Choose([.. _even.Reverse()], 0.3, seed: 7).Order());
        Assert.Contains(Enumerable.Range(0, 20), seed => !PartitionSplit.Choose(_even, 0.3, seed).SetEquals(chosen));
    }

    [Fact]
    public void Choose_TwoUnevenPartitions_GivesOne()
        => Assert.Single(PartitionSplit.Choose([5, 5, 5, 5, 9], 0.5, seed: 1));

    [Fact]
    public void Choose_OneGiantPartition_IsPassedOverWhileOthersRemain()
    {
        uint[] partitions = [.. Enumerable.Repeat(9u, 900), .. Enumerable.Range(0, 100).Select(i => 10u + (uint)i / 10)];

        for (int seed = 0; seed < 20; seed++)
            Assert.DoesNotContain(9u, PartitionSplit.Choose(partitions, 0.05, seed));
    }

    [Fact]
    public void Choose_BadInput_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PartitionSplit.Choose([], 0.5, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PartitionSplit.Choose([3, 3], 0.5, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PartitionSplit.Choose(_even, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PartitionSplit.Choose(_even, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PartitionSplit.Choose(_even, double.NaN, 1));
    }
}
