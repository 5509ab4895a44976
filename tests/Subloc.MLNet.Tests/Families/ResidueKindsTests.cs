using Subloc.MLNet.Families;
using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.Tests.Families;

public sealed class ResidueKindsTests
{
    [Theory]
    [InlineData('W', 'W', 11)]
    [InlineData('C', 'C', 9)]
    [InlineData('W', 'C', -2)]
    [InlineData('I', 'V', 4)] // ln((.0596 e^(4 x .3176) + .0687 e^(3 x .3176)) / .1283) / .3176 = 3.5
    [InlineData('L', 'I', 2)] // ln((.0596 e^(2 x .3176) + .0687 e^(1 x .3176)) / .1283) / .3176 = 1.5
    [InlineData('W', 'G', -2)]
    public void Points_OfAResidueAndAKind_AreTheLogarithmOfTheirOdds(char residue, char other, int expected) =>
        Assert.Equal(expected, ResidueKinds.Points(FamilyText.Residues($"{residue}")[0], FamilyText.Kinds($"{other}")[0]));

    [Fact]
    public void KindOf_AllResidues_UsesEveryKind()
    {
        byte[] kinds = FamilyText.Kinds(Alphabet.Residues);

        Assert.Equal(Enumerable.Range(0, ResidueKinds.Count), kinds.Select(kind => (int)kind).Distinct().Order());
        Assert.Equal(Enumerable.Range(0, ResidueKinds.WordKinds), kinds.Select(kind => (int)ResidueKinds.WordKindOf[kind]).Distinct().Order());
        Assert.All(FamilyText.Kinds("BZJX"), kind => Assert.Equal(ResidueKinds.Gap, kind));
    }

    [Fact]
    public void Points_OfGaps_AreNegative() => Assert.All(
        Enumerable.Range(0, Alphabet.ResidueCount + 1),
        residue => Assert.True(ResidueKinds.Points((byte)residue, ResidueKinds.Gap) < 0 && ResidueKinds.Points(ResidueKinds.NoResidue, (byte)(residue % ResidueKinds.Count)) < 0));
}
