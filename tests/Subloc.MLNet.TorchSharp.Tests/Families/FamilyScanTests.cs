using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Families;

namespace Subloc.MLNet.TorchSharp.Tests.Families;

public sealed class FamilyScanTests
{
    [Theory]
    [InlineData(1, 8)]
    [InlineData(64, 24)]
    [InlineData(150, 11)]
    public void Compare_RandomProfiles_GivesTheBestSum(int families, int width)
    {
        var random = new Random(families);
        float[] profiles = [.. Enumerable.Range(0, families * Alphabet.ResidueCount * width).Select(_ => (random.NextSingle() * 16) - 8)];
        byte[] residues = [.. Enumerable.Range(0, 60).Select(_ => (byte)random.Next(Alphabet.ResidueCount + 1))];
        var best = new float[families];

        new FamilyScan(profiles, width).Compare(residues, best);

        for (int family = 0; family < families; family++)
        {
            float expected = Enumerable.Range(0, residues.Length - width + 1).Max(start => Enumerable.Range(0, width).Sum(place =>
                residues[start + place] == FamilySequences.Gap ? 0 : profiles[(((family * Alphabet.ResidueCount) + residues[start + place]) * width) + place]));
            Assert.Equal(expected, best[family], 1e-4f);
        }
    }

    [Fact]
    public void TryRead_OneHotAndZeroRows_GivesResidues()
    {
        var rows = new float[3 * Alphabet.ResidueCount];
        rows[4] = 1;
        rows[(2 * Alphabet.ResidueCount) + 19] = 1;
        var residues = new byte[3];

        Assert.True(FamilyScan.TryRead(rows, residues));
        Assert.Equal([4, FamilySequences.Gap, 19], residues);
    }

    [Theory]
    [InlineData(0.5f, 0f)]
    [InlineData(1f, 1f)]
    public void TryRead_OtherRows_SaysNo(float one, float other)
    {
        var rows = new float[Alphabet.ResidueCount];
        (rows[3], rows[7]) = (one, other);

        Assert.False(FamilyScan.TryRead(rows, new byte[1]));
    }
}
