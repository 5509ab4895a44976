using Subloc.MLNet.Onnx.Embeddings;

namespace Subloc.MLNet.Onnx.Tests.Embeddings;

public sealed class ResidueVocabularyTests
{
    [Fact]
    public void Encode_Esm2_GivesThePublishedTokens()
    {
        const string Residues = "LAGVSERTIDPKQNFYMHWCXBUZOJ*";
        var ids = new long[Residues.Length + 2];

        ResidueVocabulary.Esm2.Encode(Residues, ids);

        Assert.Equal([0, .. Enumerable.Range(4, 25).Select(i => (long)i), 3, 24, 2], ids);
        Assert.Equal((33, 1L), (ResidueVocabulary.Esm2.Size, ResidueVocabulary.Esm2.Padding));
    }

    [Fact]
    public void Encode_ProtBert_GivesThePublishedTokensAndReadsUzobAsX()
    {
        const string Residues = "LAGVESIKRDTPNQFYMHCWXUBZOJ";
        var ids = new long[Residues.Length + 2];

        ResidueVocabulary.ProtBert.Encode(Residues, ids);

        Assert.Equal([2, .. Enumerable.Range(5, 21).Select(i => (long)i), 25, 25, 25, 25, 1, 3], ids);
        Assert.Equal((30, 0L), (ResidueVocabulary.ProtBert.Size, ResidueVocabulary.ProtBert.Padding));
    }

    [Fact]
    public void Check_LowerCaseAndStops_GivesUpperCaseWithoutStopsAtTheEnd() => Assert.Equal("MK*L", ResidueVocabulary.Check("mk*l**"));

    [Theory]
    [InlineData("", "The sequence is empty; give at least one residue or leave the row out.")]
    [InlineData("*", "The sequence is empty; give at least one residue or leave the row out.")]
    [InlineData("MK-L", "The sequence has the character '-' at position 3, which is not a residue letter; use the letters ARNDCQEGHILKMFPSTWYVBZJXUO, or * for a stop.")]
    public void Check_NoSequence_SaysWhatIsWrong(string sequence, string expected) =>
        Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => ResidueVocabulary.Check(sequence)).Message);
}
