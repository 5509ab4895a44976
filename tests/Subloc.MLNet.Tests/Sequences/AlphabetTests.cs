using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.Tests.Sequences;

public sealed class AlphabetTests
{
    [Fact]
    public void Blosum62_EveryPair_IsSymmetric()
    {
        foreach (char first in Alphabet.Residues)
        {
            foreach (char second in Alphabet.Residues)
                Assert.Equal(Alphabet.Blosum62(first, second), Alphabet.Blosum62(second, first));
        }
    }

    [Theory]
    [InlineData('A', 'A', 4)]
    [InlineData('R', 'R', 5)]
    [InlineData('C', 'C', 9)]
    [InlineData('H', 'H', 8)]
    [InlineData('P', 'P', 7)]
    [InlineData('W', 'W', 11)]
    [InlineData('V', 'V', 4)]
    [InlineData('I', 'V', 3)]
    [InlineData('F', 'Y', 3)]
    [InlineData('D', 'E', 2)]
    [InlineData('N', 'D', 1)]
    [InlineData('K', 'R', 2)]
    [InlineData('S', 'T', 1)]
    [InlineData('C', 'E', -4)]
    [InlineData('G', 'I', -4)]
    [InlineData('P', 'W', -4)]
    [InlineData('L', 'M', 2)]
    [InlineData('H', 'Y', 2)]
    public void Blosum62_KnownPairs_HaveThePublishedScore(char first, char second, int score) =>
        Assert.Equal(score, Alphabet.Blosum62(first, second));

    [Fact]
    public void Blosum62_Diagonal_AddsUpToThePublishedSum() =>
        Assert.Equal(4 + 5 + 6 + 6 + 9 + 5 + 5 + 6 + 8 + 4 + 4 + 5 + 5 + 6 + 7 + 4 + 5 + 11 + 7 + 4, Alphabet.Residues.Sum(residue => Alphabet.Blosum62(residue, residue)));

    [Fact]
    public void TokenOf_EveryLetter_GivesItBack()
    {
        for (byte token = 1; token <= Alphabet.TokenCount; token++)
        {
            char letter = Alphabet.LetterOf(token);
            Assert.Equal(token, Alphabet.TokenOf(letter));
            Assert.Equal(token, Alphabet.TokenOf(char.ToLowerInvariant(letter)));
        }
    }

    [Theory]
    [InlineData('1')]
    [InlineData(' ')]
    [InlineData('-')]
    [InlineData('\u0391')]
    [InlineData('\0')]
    public void TokenOf_ForeignCharacter_IsZero(char character) => Assert.Equal(Alphabet.Padding, Alphabet.TokenOf(character));

    [Theory]
    [InlineData('B', "DN")]
    [InlineData('Z', "EQ")]
    [InlineData('J', "LI")]
    [InlineData('X', Alphabet.Residues)]
    [InlineData('U', "C")]
    [InlineData('O', "K")]
    [InlineData('*', Alphabet.Residues)]
    [InlineData('W', "W")]
    public void ResiduesOf_AmbiguityLetters_HaveTheStatedMeaning(char letter, string residues) =>
        Assert.Equal(residues, Alphabet.ResiduesOf(Alphabet.TokenOf(letter)));

    [Fact]
    public void OneHotTable_EveryRowButPadding_AddsUpToOne()
    {
        for (int token = 0; token <= Alphabet.TokenCount; token++)
        {
            float sum = 0;
            foreach (float value in Alphabet.OneHotTable.Slice(token * 20, 20))
                sum += value;
            Assert.Equal(token == 0 ? 0f : 1f, sum, 5);
        }
    }

    [Fact]
    public void LetterOf_OutOfRange_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Alphabet.LetterOf(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Alphabet.LetterOf(25));
        Assert.Throws<ArgumentOutOfRangeException>(() => Alphabet.Blosum62('A', 'X'));
    }
}
