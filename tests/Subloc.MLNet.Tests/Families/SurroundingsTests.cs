using Subloc.MLNet.Families;

namespace Subloc.MLNet.Tests.Families;

/// <summary>What is around places of proteins.</summary>
public sealed class SurroundingsTests
{
    private const byte Gap = ResidueKinds.Gap;

    [Fact]
    public void Next_OfPlacesInOrder_HoldsFiveKindsBeforeAndTenBehind()
    {
        byte[] kinds = [.. Enumerable.Repeat(Gap, KindSequences.GapLength), .. Enumerable.Range(0, 14).Select(kind => (byte)kind), 3, 5];

        ulong around = Surroundings.Gaps;
        var all = new List<ulong>();
        for (int place = 0; place < kinds.Length; place++)
            all.Add(around = Surroundings.Next(around, kinds, place));

        Assert.Equal(Surroundings.Gaps, all[0]);
        Assert.Equal(0xA987_6543_210E_EEEEu, all[16]); // the last of the five before lies in the fifth place from the right
        Assert.Equal(0xEEEE_EEEE_EE53_DCBAu, all[31]);
    }

    [Theory]
    [InlineData(0xA987_6543_210E_EEEE, 0xA987_6543_210E_EEEE, 16)]
    [InlineData(0xA987_6543_210E_EEEE, 0x2987_6543_210E_EEEE, 15)]
    [InlineData(0x0000_0000_0000_0000, 0x1248_1248_1248_124E, 0)]
    [InlineData(0x0123_4567_89AB_CDEF, 0x0123_4567_0000_0000, 8)]
    public void CountEqual_OfTwo_CountsPlaces(ulong one, ulong other, int expected) => Assert.Equal(expected, Surroundings.CountEqual(one, other));

    [Fact]
    public void Points_OfResiduesAndKinds_AreTheSumOfTheMatrix()
    {
        byte[] residues = [.. Enumerable.Range(0, Surroundings.Width).Select(i => (byte)i)];
        byte[] kinds = [.. Enumerable.Range(0, Surroundings.Width).Select(i => (byte)((3 * i) % 15))];
        ulong around = 0;
        for (int i = Surroundings.Width - 1; i >= 0; i--)
            around = (around << 4) | kinds[i];

        Assert.Equal(residues.Zip(kinds, (residue, kind) => ResidueKinds.Points(residue, kind)).Sum(), Surroundings.Points(residues, around));
    }

    [Fact]
    public void ProteinAt_OfPlaces_IsTheOneThatLiesThere()
    {
        var proteins = new KindSequences([3, 0, 5]);

        Assert.Equal(0, proteins.ProteinAt(proteins.StartOf(0)));
        Assert.Equal(0, proteins.ProteinAt(proteins.EndOf(0)));
        Assert.Equal(2, proteins.ProteinAt(proteins.StartOf(2)));
        Assert.Equal(2, proteins.ProteinAt(proteins.EndOf(2) - 1));
    }
}
