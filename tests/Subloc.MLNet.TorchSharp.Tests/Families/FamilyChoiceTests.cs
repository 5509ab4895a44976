using Subloc.MLNet.TorchSharp.Families;

namespace Subloc.MLNet.TorchSharp.Tests.Families;

public sealed class FamilyChoiceTests
{
    private const int Width = 24;
    private const string Large = "MKWVTFISLLFLFSSAYSRGVFRRDAHKSE";
    private const string Small = "HDEWCYPNQTRGLMKAVIFSDWHCEYPNQR";

    [Fact]
    public void Choose_FamiliesOfUnequalSize_TakesTheLargeOneFirst()
    {
        FamilySequences proteins = FamilyText.Of(Small, Large, FamilyText.Random(60, 1), Large, Small, Large, Large);

        List<Family> families = Choose(proteins, 100, "BACABAA");

        Assert.Equal([1, 3, 5, 6], Proteins(proteins, families[0]));
        Assert.Contains(families, family => Proteins(proteins, family).SequenceEqual([0, 4]));
        Assert.DoesNotContain(families, family => Proteins(proteins, family).Contains(2));
        Assert.All(families, family => Assert.All(family.Places, place =>
            Assert.Equal(proteins.Residues.AsSpan(family.Places[0], Width).ToArray(), proteins.Residues.AsSpan(place, Width).ToArray())));
    }

    [Fact]
    public void Choose_FewerThanThereAre_TakesTheBestOfBoth()
    {
        FamilySequences proteins = FamilyText.Of(Small, Large, Large, Large, Small);

        List<Family> families = Choose(proteins, 3, "BAAAB");

        // A second stretch of the large family counts for less than the first of the small one only where that has as many members: 0.6 x 2 against 1.
        Assert.Equal(3, families.Count);
        Assert.Equal([1, 2, 3], Proteins(proteins, families[0]));
        Assert.Contains(families, family => Proteins(proteins, family).SequenceEqual([0, 4]));
    }

    [Fact]
    public void Choose_ShortStretch_IsWidened()
    {
        const string Short = "WCWHWPYCWHMWPFCW"; // 16 residues, many points
        FamilySequences proteins = FamilyText.Of("GSTAVNDK" + Short + "GSTAVNDKRE", "AGSTVNEK" + Short + "GTTAVNEKRQ");

        Family family = Assert.Single(Choose(proteins, 1, "AB"));

        Assert.All(family.Places, place => Assert.DoesNotContain(FamilySequences.Gap, proteins.Residues.AsSpan(place, Width).ToArray()));
    }

    [Fact]
    public void Choose_FamilyThatTellsMore_ComesFirst()
    {
        FamilySequences proteins = FamilyText.Of(Large, Large, Large, Large, Small, Small, Small);

        Family large = Assert.Single(Choose(proteins, 1, "AAAABBB"));
        Family small = Assert.Single(Choose(proteins, 1, "AABBBBB")); // the large one is shared nearly like all proteins

        Assert.Equal([0, 1, 2, 3], Proteins(proteins, large));
        Assert.Equal([4, 5, 6], Proteins(proteins, small));
    }

    // Places: a letter for each protein.
    private static List<Family> Choose(FamilySequences proteins, int count, string places)
    {
        var shares = new FamilyShares([.. places.Select(place => "ABC".Select(other => other == place ? 1.0 : 0).ToArray())]);
        return new FamilyChoice(proteins, shares, Width).Choose(new SimilaritySearch(proteins).Find(1, CancellationToken.None), count, CancellationToken.None);
    }

    private static int[] Proteins(FamilySequences proteins, Family family) => [.. family.Places.Select(proteins.ProteinAt).Order()];
}
