using Subloc.MLNet.Families;

namespace Subloc.MLNet.Tests.Families;

public sealed class AlignmentTests
{
    [Fact]
    public void WithGaps_RandomProteins_GivesTheBestScoreOfAll()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            string first = FamilyText.Random(12 + (seed % 13), seed), second = FamilyText.Mutate(first, 3, seed + 100);
            int cut = 3 + (seed % 7);
            second = seed % 2 == 0 ? second[..cut] + FamilyText.Random(seed % 5, seed + 200) + second[cut..] : second[..cut] + second[(cut + (seed % 3))..];
            byte[] residues = FamilyText.Residues(first), kinds = FamilyText.Kinds(second);

            Assert.Equal(Best(residues, kinds), WithGaps(first, seed % 4, FamilyText.Random(9, seed), second)[1]);
        }
    }

    [Theory]
    [InlineData(0, 81)]
    [InlineData(20, 81)]
    [InlineData(60, 0)] // beyond the band
    public void WithGaps_FarFromTheDiagonal_SeesWhatIsInTheBand(int away, int least)
    {
        string protein = FamilyText.Random(40, 5);
        int score = WithGaps(protein, away, protein)[0];

        Assert.Equal(least > 0, score >= 81);
    }

    [Fact]
    public void Bits_OfAScore_AreThoseOfKarlinAndAltschul() =>
        Assert.Equal(((0.267 * 100) - Math.Log(0.041)) / Math.Log(2), Alignment.Bits(100), 12); // 43.1

    [Fact]
    public void WithGaps_SeveralProteins_GivesEachItsScore()
    {
        string protein = FamilyText.Random(70, 1);
        string[] others = [.. Enumerable.Range(0, Alignment.Lanes).Select(i => FamilyText.Mutate(protein[(2 * i)..], 2 + i, i))];

        Assert.Equal(others.Select(other => WithGaps(protein, 0, other)[0]), WithGaps(protein, 0, others));
    }

    [Fact]
    public void WithGaps_VeryLongProtein_GivesTheHighestScore()
    {
        string protein = FamilyText.Random(9_000, 1);

        Assert.Equal([short.MaxValue], WithGaps(protein, 0, protein));
    }

    private static int[] WithGaps(string protein, int diagonal, params string[] kept)
    {
        byte[] residues = FamilyText.Residues(protein);
        var scores = new int[kept.Length];
        Alignment.WithGaps(
            residues, FamilyText.Keep(kept), [.. kept.Select((_, i) => new Stretch(i, 0, diagonal))], new byte[Alignment.ScratchFor(residues.Length)], scores);
        return scores;
    }

    // All cells, gaps of any length: Smith and Waterman (1981) as they wrote it down.
    private static int Best(byte[] residues, byte[] kinds)
    {
        var scores = new int[residues.Length + 1, kinds.Length + 1];
        int best = 0;
        for (int i = 1; i <= residues.Length; i++)
        {
            for (int j = 1; j <= kinds.Length; j++)
            {
                int score = Math.Max(0, scores[i - 1, j - 1] + ResidueKinds.Points(residues[i - 1], kinds[j - 1]));
                for (int k = 1; k <= i; k++)
                    score = Math.Max(score, scores[i - k, j] - 10 - k);
                for (int k = 1; k <= j; k++)
                    score = Math.Max(score, scores[i, j - k] - 10 - k);
                best = Math.Max(best, scores[i, j] = score);
            }
        }

        return best;
    }
}
