using Subloc.MLNet.Families;

namespace Subloc.MLNet.Tests.Families;

public sealed class FamilySearchTests
{
    private const string Piece = "MKWVTFISLLFLFSSAYSRGVFRRDAHKSE";
    private const string Relative = "MKWVTFLSLLFLWSSAYARGVYRREAHRSE"; // seven exchanges

    [Fact]
    public void Find_StretchInAKeptProtein_FindsItsDiagonalAndPoints()
    {
        KindSequences kept = FamilyText.Keep(FamilyText.Random(120, 5), FamilyText.Random(25, 3) + Relative + FamilyText.Random(90, 4));

        Stretch found = Assert.Single(Find(kept, FamilyText.Random(70, 1) + Piece + FamilyText.Random(40, 2)));

        Assert.Equal((1, 25 - 70), (found.Protein, found.Diagonal));
        Assert.True(found.Score >= FamilyText.Residues(Piece).Zip(FamilyText.Kinds(Relative), ResidueKinds.Points).Sum());
    }

    [Fact]
    public void Find_SeveralRelatives_GivesTheBestFirst()
    {
        KindSequences kept = FamilyText.Keep(FamilyText.Random(30, 1) + Relative, Piece + FamilyText.Random(30, 2), FamilyText.Random(200, 3));

        Assert.Equal([1, 0], Find(kept, Piece).Select(stretch => stretch.Protein));
    }

    [Fact]
    public void Align_ResiduesMissingInBetween_CountsBothParts()
    {
        string first = FamilyText.Random(60, 1), second = FamilyText.Random(60, 2);
        KindSequences kept = FamilyText.Keep(first + FamilyText.Random(9, 3) + second);
        var workspace = new FamilySearch.Workspace();
        var search = new FamilySearch(kept, 1);

        Stretch stretch = search.Find(FamilyText.Tokens(first + second), 38, workspace)[0];

        int whole = Self(first) + Self(second);
        Assert.InRange(stretch.Score, 1, whole - 100);
        Assert.InRange(search.Align([stretch], workspace)[0], whole - 19, whole + 10);

        int Self(string text) => FamilyText.Residues(text).Zip(FamilyText.Kinds(text), ResidueKinds.Points).Sum();
    }

    [Fact]
    public void Find_RandomProteins_FindsHardlyAnything()
    {
        KindSequences kept = FamilyText.Keep([.. Enumerable.Range(0, 60).Select(i => FamilyText.Random(200, i))]);

        Assert.True(Enumerable.Range(100, 20).Sum(seed => Find(kept, FamilyText.Random(200, seed)).Count(stretch => stretch.Score > 50)) < 3);
    }

    [Fact]
    public void Find_RepeatsOfOneResidue_AreNoRelatives()
    {
        string repeats = new('Q', 40);

        Assert.Empty(Find(FamilyText.Keep(FamilyText.Random(50, 1) + repeats), repeats + FamilyText.Random(50, 2)));
    }

    [Fact]
    public void Find_UnknownResidues_EndAStretch()
    {
        Stretch whole = Find(FamilyText.Keep(Piece), Piece)[0], cut = Find(FamilyText.Keep(Piece), Piece[..20] + "X" + Piece[21..])[0];

        Assert.InRange(cut.Score, 60, whole.Score - 30);
    }

    [Theory]
    [InlineData("M")]
    [InlineData("MK")]
    [InlineData("XXXXXXXXXXXXXXX")]
    public void Find_HardlyAnyResidues_FindsNothing(string protein) => Assert.Empty(Find(FamilyText.Keep(Piece, "M", "MK"), protein));

    [Fact]
    public void Find_OneWorkspaceForManyProteins_FindsTheSameAsANewOne()
    {
        string[] proteins = [.. Enumerable.Range(0, 30).Select(i => FamilyText.Random(20 + (7 * i), i))];
        var search = new FamilySearch(FamilyText.Keep(proteins), 2);
        var workspace = new FamilySearch.Workspace();

        foreach (string protein in proteins.Concat(proteins.Reverse()))
            Assert.Equal(
                search.Find(FamilyText.Tokens(protein), 38, new FamilySearch.Workspace()).ToArray(), search.Find(FamilyText.Tokens(protein), 38, workspace).ToArray());
    }

    private static Stretch[] Find(KindSequences kept, string protein) =>
        new FamilySearch(kept, 1).Find(FamilyText.Tokens(protein), 38, new FamilySearch.Workspace()).ToArray();
}
