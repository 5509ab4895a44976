using Subloc.MLNet.Families;

namespace Subloc.MLNet.Tests.Families;

public sealed class FamilyFileTests
{
    private readonly ProteinFamilies _families = FamilyText.Find(
        new FamilyOptions { Weight = 0.4, LeastBits = 33, Prior = 0.2 }, 3, FamilyText.Random(41, 1), FamilyText.Random(50, 2) + "X", FamilyText.Random(30, 3), "MKW");

    [Fact]
    public void Read_WhatWasWritten_GivesTheSame()
    {
        ProteinFamilies read = FamilyFile.Read(FamilyFile.Write(_families), 3);

        Assert.Equal(_families.Options, read.Options);
        Assert.Equal(4, read.Count);
        Assert.Equal(_families.Kept.Kinds, read.Kept.Kinds);
        Assert.Equal(_families.Shares.ToArray(), read.Shares.ToArray());
        Assert.Equal(_families.SharesOfAll.ToArray(), read.SharesOfAll.ToArray());
    }

    [Fact]
    public void ReadText_WhatWasWritten_GivesTheSame() =>
        Assert.Equal(FamilyFile.Write(_families), FamilyFile.Write(FamilyFile.ReadText(FamilyFile.WriteText(_families), 3)));

    [Fact]
    public void ReadText_CutOff_IsRefused()
    {
        string text = FamilyFile.WriteText(_families);

        for (int length = 0; length < text.Length; length += 3)
            Assert.Throws<InvalidDataException>(() => FamilyFile.ReadText(text[..length], 3));
    }

    [Fact]
    public void Read_CutAnywhere_IsRefused()
    {
        byte[] content = FamilyFile.Write(_families);

        for (int length = 0; length < content.Length; length++)
            Assert.Contains("cut off or damaged", Assert.Throws<InvalidDataException>(() => FamilyFile.Read(content[..length], 3)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => FamilyFile.Read([.. content, 0], 3));
    }

    [Theory]
    [InlineData(0, "have format 255, this version reads 1")]
    [InlineData(8, "cut off or damaged")]  // the exponent of the least bits: not finite
    [InlineData(28, "cut off or damaged")] // the highest byte of the number of compartments
    [InlineData(32, "cut off or damaged")] // and of families
    [InlineData(36, "cut off or damaged")] // share of all proteins
    [InlineData(44, "cut off or damaged")] // first length
    [InlineData(70, "cut off or damaged")] // a kind
    public void Read_OneByteOf255_IsRefused(int place, string sentence)
    {
        byte[] content = FamilyFile.Write(_families);
        content[place] = 255;
        if (place == 8)
            content[7] = 255;

        Assert.Contains(sentence, Assert.Throws<InvalidDataException>(() => FamilyFile.Read(content, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAnotherNumberOfCompartments_IsRefused() => Assert.Throws<InvalidDataException>(() => FamilyFile.Read(FamilyFile.Write(_families), 4));
}
