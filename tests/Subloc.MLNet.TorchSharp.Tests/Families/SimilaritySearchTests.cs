using Subloc.MLNet.TorchSharp.Families;

namespace Subloc.MLNet.TorchSharp.Tests.Families;

public sealed class SimilaritySearchTests
{
    private const string Stretch = "MKWVTFISLLFLFSSAYSRGVFRRDAHKSE";
    private const string Relative = "MKWVTFLSLLFLWSSAYARGVYRREAHRSE"; // seven exchanges

    [Fact]
    public void Find_StretchInTwoProteins_FindsItWithItsPoints()
    {
        string first = FamilyText.Random(70, 1) + Stretch + FamilyText.Random(40, 2), second = FamilyText.Random(25, 3) + Relative + FamilyText.Random(90, 4);
        FamilySequences proteins = FamilyText.Of(FamilyText.Random(120, 5), first, second);

        Similarity found = Assert.Single(new SimilaritySearch(proteins).Find(1, CancellationToken.None));

        int start = found.First - proteins.StartOf(1), other = found.Second - proteins.StartOf(2);
        Assert.Equal(70 - 25, start - other);
        Assert.InRange(start, 60, 70); // it may reach into residues that happen to be alike
        Assert.InRange(start + found.Length, 100, 112);
        Assert.Equal(FamilyText.Points(first[start..(start + found.Length)], second[other..(other + found.Length)]), found.Score);
        Assert.True(found.Score >= FamilyText.Points(Stretch, Relative));
    }

    [Fact]
    public void Find_RandomProteins_FindsNothing()
    {
        FamilySequences proteins = FamilyText.Of([.. Enumerable.Range(0, 60).Select(i => FamilyText.Random(200, i))]);

        Assert.Empty(new SimilaritySearch(proteins).Find(2, CancellationToken.None));
    }

    [Fact]
    public void Find_RepeatsOfOneResidue_AreNoRelatives()
    {
        string repeats = new('Q', 40);
        FamilySequences proteins = FamilyText.Of(FamilyText.Random(50, 1) + repeats, repeats + FamilyText.Random(50, 2));

        Assert.Empty(new SimilaritySearch(proteins).Find(1, CancellationToken.None));
    }

    [Fact]
    public void Find_StretchTwiceInOneProtein_IsNoRelative()
    {
        FamilySequences proteins = FamilyText.Of(Stretch + FamilyText.Random(30, 1) + Stretch, FamilyText.Random(90, 2));

        Assert.Empty(new SimilaritySearch(proteins).Find(1, CancellationToken.None));
    }

    [Fact]
    public void Find_AtTheEndsOfProteins_StaysInside()
    {
        FamilySequences proteins = FamilyText.Of(Stretch, Stretch, "MK");

        Similarity found = Assert.Single(new SimilaritySearch(proteins).Find(1, CancellationToken.None));

        Assert.Equal(new Similarity(proteins.StartOf(0), proteins.StartOf(1), Stretch.Length, FamilyText.Points(Stretch, Stretch)), found);
    }

    [Fact]
    public void Find_UnknownResidues_EndAStretch()
    {
        FamilySequences proteins = FamilyText.Of(Stretch + "X" + Stretch[..8], Stretch + "X" + Stretch[..8]);

        Similarity found = Assert.Single(new SimilaritySearch(proteins).Find(1, CancellationToken.None));

        Assert.Equal(Stretch.Length, found.Length);
    }

    [Fact]
    public void Find_AnyNumberOfThreads_FindsTheSame()
    {
        FamilySequences proteins = FamilyText.Of([.. Enumerable.Range(0, 40).Select(i => FamilyText.Random(20 + i, i) + (i % 2 == 0 ? Stretch : Relative))]);

        Similarity[] alone = new SimilaritySearch(proteins).Find(1, CancellationToken.None);

        Assert.Equal(40 * 39 / 2, alone.Select(one => (proteins.ProteinAt(one.First), proteins.ProteinAt(one.Second))).Distinct().Count());
        Assert.Equal(alone, new SimilaritySearch(proteins).Find(4, CancellationToken.None));
    }

    [Fact]
    public void Find_Cancelled_Ends()
    {
        FamilySequences proteins = FamilyText.Of(Stretch, Stretch);

        Assert.ThrowsAny<OperationCanceledException>(() => new SimilaritySearch(proteins).Find(1, new CancellationToken(canceled: true)));
    }
}
