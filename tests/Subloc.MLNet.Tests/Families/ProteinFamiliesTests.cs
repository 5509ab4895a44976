using Subloc.MLNet.Batching;
using Subloc.MLNet.Families;

namespace Subloc.MLNet.Tests.Families;

public sealed class ProteinFamiliesTests
{
    private readonly string _first = FamilyText.Random(100, 1);
    private readonly string _second = FamilyText.Random(90, 2);

    [Fact]
    public void Find_RelativesAndOthers_PutsRelativesTogether()
    {
        ProteinFamilies families = FamilyText.Find(
            new FamilyOptions(), 3, FamilyText.Mutate(_first, 4, 3)[..95], _second, _first, FamilyText.Mutate(_second, 3, 4)[..85], FamilyText.Random(80, 5));

        Assert.Equal(3, families.Count);
        Assert.Equal(FamilyText.Kinds(_first), families.Kept.KindsOf(0).ToArray()); // the longest
        Assert.Equal([128, 0, 128, 128, 128, 0, 0, 255, 0], families.Shares.ToArray());
        Assert.Equal([3 / 8f, 3 / 8f, 2 / 8f], families.SharesOfAll.ToArray()); // (1 + 2, 1 + 2, 1 + 1) of 8
    }

    [Fact]
    public void Find_MoreFamiliesThanWanted_KeepsThoseWithMostMembers()
    {
        ProteinFamilies families = FamilyText.Find(new FamilyOptions { Count = 1 }, 2, FamilyText.Random(300, 9), _second, FamilyText.Mutate(_second, 4, 3)[..88]);

        Assert.Equal(1, families.Count);
        Assert.Equal(FamilyText.Kinds(_second), families.Kept.KindsOf(0).ToArray());
    }

    [Fact]
    public void Find_AnyNumberOfThreads_FindsTheSame()
    {
        string[] proteins = [.. Enumerable.Range(0, 150).Select(i => FamilyText.Random(i % 7, i) + FamilyText.Mutate(i % 3 == 0 ? _first : _second, 2 + (i % 4), i))];
        using TokenSet set = FamilyText.Set(proteins);
        double[][] shares = [.. proteins.Select((_, i) => new[] { i % 2.0, 1 - (i % 2.0) })];
        byte[] Find(int threads) => FamilyFile.Write(
            new FamilyFinder(set, [.. Enumerable.Range(0, proteins.Length)]).Find(shares, new FamilyOptions(), threads, () => false));

        Assert.Equal(Find(1), Find(4));
    }

    [Fact]
    public void Find_Cancelled_Ends()
    {
        using TokenSet set = FamilyText.Set(_first, _second);

        Assert.ThrowsAny<OperationCanceledException>(() => new FamilyFinder(set, [0, 1]).Find([[1], [1]], new FamilyOptions(), 1, () => true));
    }

    [Fact]
    public void WordOn_OneRelative_IsTheLogarithmOfItsVote()
    {
        ProteinFamilies families = FamilyText.Find(new FamilyOptions { Prior = 0.5 }, 2, _first, _second);
        double bits = Alignment.Bits(FamilyText.Residues(_first).Zip(FamilyText.Kinds(_first), ResidueKinds.Points).Sum());
        double prior = 0.5 * 50 * 50, whole = (bits * bits) + prior;

        double[] word = families.WordOn(FamilyText.Tokens(_first));

        Assert.Equal(Math.Log(((bits * bits) + (prior / 2)) / whole / 0.5), word[0], 9);
        Assert.Equal(Math.Log(prior / 2 / whole / 0.5), word[1], 9);
    }

    [Fact]
    public void Speak_WithAndWithoutRelatives_AddsTheWordToTheLogits()
    {
        ProteinFamilies families = FamilyText.Find(new FamilyOptions { Weight = 0.25 }, 2, _first, _second);
        using TokenSet set = FamilyText.Set(FamilyText.Random(50, 7), _second);
        double[] word = families.WordOn(FamilyText.Tokens(_second));
        float[] alone = [0.7f, 0.3f], related = [0.7f, 0.3f];

        families.Speak(set, 0, alone, 2);
        families.Speak(set, 1, related, 2);

        double odds = Math.Log(0.7 / 0.3) + (0.25 / 2 * (word[0] - word[1]));
        Assert.Equal([0.7f, 0.3f], alone);
        Assert.Equal(1 / (1 + Math.Exp(-odds)), related[0], 1e-6);
        Assert.Equal(1, related.Sum(), 1e-6);
    }

    [Theory]
    [InlineData(1000, 1, 0.5f)]
    [InlineData(0.4, 0.01, 0.5f)]
    [InlineData(0.4, 1, 1f)]
    public void Speak_LoudWords_GivesProbabilities(double weight, double temperature, float first)
    {
        ProteinFamilies families = FamilyText.Find(new FamilyOptions { Weight = weight }, 2, _first, _second);
        using TokenSet set = FamilyText.Set(_second);
        float[] probabilities = [first, 1 - first];

        families.Speak(set, 0, probabilities, temperature);

        Assert.Equal(1, probabilities.Sum(), 1e-6);
        Assert.Equal(first < 1 ? 1 : 0, probabilities[1], 1e-3);
    }

    [Fact]
    public void Find_ManyCopies_IsOneFamilyThatIsFound()
    {
        ProteinFamilies families = FamilyText.Find(new FamilyOptions(), 2, [.. Enumerable.Repeat(_first, 900), _second]);

        Assert.Equal(2, families.Count);
        Assert.NotEqual(0, families.WordOn(FamilyText.Tokens(_first))[0]);
    }

    [Fact]
    public void Find_EvenSharesOfVeryManyCompartments_GivesNumbers() => Assert.All(
        FamilyText.Find(new FamilyOptions(), 600, [.. Enumerable.Repeat(_first, 600)]).WordOn(FamilyText.Tokens(_first)), word => Assert.True(double.IsFinite(word)));

    [Fact]
    public void Speak_ManyThreads_SaysTheSame()
    {
        string[] proteins = [.. Enumerable.Range(0, 60).Select(i => FamilyText.Random(60, i))];
        ProteinFamilies families = FamilyText.Find(new FamilyOptions(), 4, proteins);
        using TokenSet set = FamilyText.Set(proteins);
        float[][] Ask(int threads)
        {
            float[][] all = [.. proteins.Select(_ => new[] { 0.4f, 0.3f, 0.2f, 0.1f })];
            Parallel.For(0, 60, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => families.Speak(set, i, all[i], 1));
            return all;
        }

        Assert.Equal(Ask(1), Ask(4));
    }

    [Fact]
    public void Speak_OnceWarm_AllocatesNothing()
    {
        ProteinFamilies families = FamilyText.Find(new FamilyOptions(), 2, _first, _second);
        using TokenSet set = FamilyText.Set(_first + _second, _second);
        float[] probabilities = [0.5f, 0.5f];
        for (int i = 0; i < 3; i++)
            families.Speak(set, i % 2, probabilities, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 100; i++)
            families.Speak(set, i % 2, probabilities, 1);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }
}
