using Subloc.MLNet.Batching;
using Subloc.MLNet.TorchSharp.Batching;

namespace Subloc.MLNet.TorchSharp.Tests.Batching;

[Collection(TorchTests.Name)]
public sealed class BatchTests
{
    private const int Length = 70;
    private const int Channels = 5;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fill_Spilled_EqualsFillFromMemory(bool tokens)
    {
        using ProteinSet memory = MakeSet(tokens, 400, long.MaxValue);
        using ProteinSet spilled = MakeSet(tokens, 400, 0);
        int[] proteins = [399, 7, 0, 250, 7];

        using Batch expected = Make(memory, proteins);
        using Batch actual = Make(spilled, proteins);

        Assert.Equal(0, memory.SpilledBytes);
        Assert.True(spilled.SpilledBytes > 10_000);
        Assert.Equal(memory.Hash(), spilled.Hash());
        Assert.Equal(expected.Residues.bytes.ToArray(), actual.Residues.bytes.ToArray());
        Assert.Equal(expected.Mask.bytes.ToArray(), actual.Mask.bytes.ToArray());
        Assert.Equal(expected.Labels.data<long>().ToArray(), actual.Labels.data<long>().ToArray());
    }

    [Fact]
    public void Fill_Tokens_PadsWithZerosAndMasksResidues()
    {
        using var set = new TokenSet();
        set.Add([3, 4, 5, 0], label: 2);
        set.Add([6], label: 1);

        using Batch batch = Batch.Allocate(set, 2, 4);
        batch.Fill(set, [1, 0]);

        Assert.Equal([6, 0, 0, 0, 3, 4, 5, 0], batch.Residues.data<byte>().ToArray());
        Assert.Equal([true, false, false, false, true, true, true, false], batch.Mask.data<bool>().ToArray());
        Assert.Equal([1L, 2L], batch.Labels.data<long>().ToArray());
    }

    [Fact]
    public void Fill_Channels_PadsWithZerosAndMasksResidues()
    {
        using var set = new ChannelSet(2);
        set.Add([1, 2, 3, 4, 9, 9], mask: [1, 1, 0], label: 0);
        set.Add([5, 6], mask: [], label: 3);

        using Batch batch = Batch.Allocate(set, 2, 2);
        batch.Fill(set, [0, 1]);

        Assert.Equal([1f, 2, 3, 4, 5, 6, 0, 0], batch.Residues.data<float>().ToArray());
        Assert.Equal([true, true, true, false], batch.Mask.data<bool>().ToArray());
        Assert.Equal([0L, 3L], batch.Labels.data<long>().ToArray());
    }

    [Fact]
    public void Add_LongestProteins_TakesAtMost1100BytesEach()
    {
        const int Count = 20_000;
        var residues = new byte[1000];
        residues.AsSpan().Fill(7);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        using var set = new TokenSet();
        for (int i = 0; i < Count; i++)
        {
            set.Add(residues, i % 10);
            set.Partitions.Add(1);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 1000L * Count, 1100L * Count);
        Assert.Equal(Count, set.Count);
    }

    [Fact]
    public void Allocate_MoreThanATensorCanHold_NamesTheOptions()
    {
        using var set = new ChannelSet(1280);

        var error = Assert.Throws<InvalidOperationException>(() => Batch.Allocate(set, 64, 10_000));

        Assert.Contains("lower BatchTokens or BatchSize", error.Message, StringComparison.Ordinal);
    }

    private static Batch Make(ProteinSet set, int[] proteins)
    {
        Batch batch = Batch.Allocate(set, proteins.Length, Length);
        batch.Fill(set, proteins);
        return batch;
    }

    private static ProteinSet MakeSet(bool tokens, int count, long cacheBytes)
    {
        var random = new Random(3);
        ProteinSet set = tokens ? new TokenSet(cacheBytes) : new ChannelSet(Channels, cacheBytes);
        for (int i = 0; i < count; i++)
        {
            int length = random.Next(1, Length + 1);
            if (set is TokenSet tokenSet)
                tokenSet.Add([.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(1, 21))], i % 10);
            else
                ((ChannelSet)set).Add([.. Enumerable.Range(0, length * Channels).Select(_ => random.NextSingle())], [], i % 10);
        }

        return set;
    }
}
