using Subloc.MLNet.Explanation;

namespace Subloc.MLNet.Tests.Explanation;

public sealed class SubstitutionTests
{
    [Theory]
    [InlineData("A123T", 123, 'A', 'T')]
    [InlineData("k7x", 7, 'K', 'X')]
    public void Parse_WhatTheLiteratureWrites_IsRead(string text, int position, char from, char to)
    {
        Substitution substitution = Substitution.Parse(text);

        Assert.Equal(new Substitution(position, from, to), substitution);
        Assert.Equal(text.ToUpperInvariant(), substitution.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("AT")]
    [InlineData("A0T")]
    [InlineData("A-1T")]
    [InlineData("A 1T")]
    [InlineData("1A1T")]
    [InlineData("A12*")]
    [InlineData("p.A12T")]
    [InlineData("A99999999999T")]
    public void Parse_AnythingElse_IsRefused(string text) => Assert.StartsWith(
        $"'{text}' is no substitution; write residue, position and residue, such as A123T.",
        Assert.Throws<ArgumentException>(() => Substitution.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Apply_ToTheWildType_ExchangesTheResidue() => Assert.Equal("MKTL", new Substitution(3, 'V', 'T').Apply("MKVL"));

    [Theory]
    [InlineData(5, 'V', "V5T replaces residue 5, but the sequence has 4.")]
    [InlineData(2, 'V', "V2T replaces V at position 2, but the sequence has K there; check the numbering.")]
    public void Apply_ToAnotherSequence_IsRefused(int position, char from, string message) => Assert.StartsWith(
        message, Assert.Throws<ArgumentException>(() => new Substitution(position, from, 'T').Apply("MKVL")).Message, StringComparison.Ordinal);
}
