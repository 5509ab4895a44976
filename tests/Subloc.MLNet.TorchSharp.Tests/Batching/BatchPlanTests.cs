using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Batching;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.Testing;

namespace Subloc.MLNet.TorchSharp.Tests.Batching;

public sealed class BatchPlanTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Shuffle_EveryEpoch_GivesEachProteinOnce(bool isFixed)
    {
        var plan = new BatchPlan(MakeSet(1003), 16, 65_536, 300, isFixed);
        int[] proteins = [.. Enumerable.Range(0, 1003).Where(i => i % 3 != 0)];

        List<int[]> batches = plan.Shuffle(proteins, seed: 5, epoch: 1);

        Assert.Equal(proteins, batches.SelectMany(batch => batch).Order());
        Assert.All(batches, batch => Assert.InRange(batch.Length, 1, 16));
        Assert.True(batches.Count(batch => batch.Length < 16) <= 1);
    }

    [Fact]
    public void Shuffle_EqualSeedAndEpoch_GivesEqualBatches()
    {
        var plan = new BatchPlan(MakeSet(500), 16, 65_536, 300, isFixed: false);
        int[] all = [.. Enumerable.Range(0, 500)];

        Assert.Equal(plan.Shuffle(all, 5, 1), plan.Shuffle(all, 5, 1));
        Assert.NotEqual(plan.Shuffle(all, 5, 1), plan.Shuffle(all, 5, 2));
        Assert.NotEqual(plan.Shuffle(all, 5, 1), plan.Shuffle(all, 6, 1));
    }

    [Fact]
    public void LengthOf_Batch_IsThatOfItsLongestProteinRoundedUp()
    {
        TokenSet set = MakeSet(100);
        int[] batch = [0, 10, 20];

        Assert.Equal(32, new BatchPlan(set, 16, 65_536, 300, isFixed: false).LengthOf(batch));
        Assert.Equal(300, new BatchPlan(set, 16, 65_536, 300, isFixed: true).LengthOf(batch));
        Assert.Equal(25, new BatchPlan(set, 16, 65_536, 25, isFixed: false).LengthOf(batch));
        Assert.Equal(set.LengthOf(batch.MaxBy(set.LengthOf)), new BatchPlan(set, 16, 65_536, 300, isFixed: false, lengthStep: 1).LengthOf(batch));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Shuffle_LimitedTokens_KeepsTheLimit(bool isFixed)
    {
        using TokenSet set = MakeSet(1003);
        var plan = new BatchPlan(set, 64, 2000, 300, isFixed);
        int[] all = [.. Enumerable.Range(0, 1003)];

        foreach (List<int[]> batches in (List<int[]>[])[plan.Shuffle(all, seed: 5, epoch: 1), plan.InOrder(all)])
        {
            Assert.Equal(all, batches.SelectMany(batch => batch).Order());
            Assert.All(batches, batch => Assert.InRange(batch.Length * plan.LengthOf(batch), 1, 2000));
            Assert.InRange(batches.Max(batch => batch.Length), isFixed ? 6 : 60, isFixed ? 6 : 64);
        }
    }

    [Fact]
    public void Shuffle_FewerTokensThanAProtein_GivesEachAlone()
    {
        var plan = new BatchPlan(MakeSet(50), 16, 10, 300, isFixed: true);

        Assert.All(plan.Shuffle([.. Enumerable.Range(0, 50)], seed: 1, epoch: 1), batch => Assert.Single(batch));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Shuffle_DefaultTokens_LeavesSixtyFourLongProteinsTogether(bool isFixed)
    {
        using var set = new TokenSet();
        for (int i = 0; i < 5000; i++)
            set.Add(Enumerable.Repeat((byte)1, 1 + i * 7 % 1000).ToArray(), 0);
        int[] all = [.. Enumerable.Range(0, 5000)];
        int tokens = new ProteinNetworkOptions().BatchTokens;

        Assert.Equal(
            new BatchPlan(set, 64, 0, 1000, isFixed).Shuffle(all, 3, 2),
            new BatchPlan(set, 64, tokens, 1000, isFixed).Shuffle(all, 3, 2));
    }

    [Fact]
    public void InOrder_Scoring_TakesTheLongestFirst()
    {
        using TokenSet set = MakeSet(500);
        var plan = new BatchPlan(set, 16, 0, 300, isFixed: false);

        int[] lengths = [.. plan.InOrder([.. Enumerable.Range(0, 500)]).Select(batch => plan.LengthOf(batch))];

        Assert.Equal(lengths.OrderDescending(), lengths);
    }

    [RealDataFact]
    public void Shuffle_RealProteins_PadsLittleForEveryNetwork()
    {
        var context = new MLContext(seed: 1);
        string[] files = [.. Enumerable.Range(0, 4).Select(i => RealData.PathOf("deeploc2", $"partition{i}.csv"))];
        using var set = new TokenSet();
        foreach (string sequence in context.Data.LoadFromProteinCsv(files).GetColumn<string>("Sequence"))
            set.Add(Enumerable.Repeat((byte)1, Math.Min(sequence.Length, 1000)).ToArray(), 0);
        double residues = Enumerable.Range(0, set.Count).Sum(protein => (double)set.LengthOf(protein));
        Assert.Equal(17351, set.Count);

        foreach (int batchSize in SeedNetworks.Names.Select(name => SeedNetworks.Get(name).BatchSize).Distinct())
        {
            var plan = new BatchPlan(set, batchSize, new ProteinNetworkOptions().BatchTokens, 1000, isFixed: false);
            List<int[]> batches = plan.Shuffle([.. Enumerable.Range(0, set.Count)], seed: 1, epoch: 1);
            double positions = batches.Sum(batch => (double)plan.LengthOf(batch) * batch.Length);
            Assert.InRange(1 - residues / positions, 0, 0.04);
        }
    }

    // Protein i has 1 + i % 300 residues.
    private static TokenSet MakeSet(int count)
    {
        var set = new TokenSet();
        for (int i = 0; i < count; i++)
            set.Add(Enumerable.Repeat((byte)1, 1 + i % 300).ToArray(), 0);
        return set;
    }
}
