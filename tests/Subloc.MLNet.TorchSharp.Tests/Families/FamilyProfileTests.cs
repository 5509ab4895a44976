using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Families;

namespace Subloc.MLNet.TorchSharp.Tests.Families;

public sealed class FamilyProfileTests
{
    [Fact]
    public void Make_OfOneMember_DiffersAsBlosum62Does()
    {
        FamilySequences proteins = FamilyText.Of("WKX");

        float[] profile = FamilyProfile.Make(proteins, new Family([proteins.StartOf(0)]), 3);

        for (int place = 0; place < 2; place++)
            foreach (char residue in Alphabet.Residues)
                Assert.Equal(
                    Alphabet.Blosum62("WK"[place], residue) - Alphabet.Blosum62("WK"[place], 'A'),
                    profile[(Alphabet.Residues.IndexOf(residue) * 3) + place] - profile[place], 1e-4); // alanine is the first residue
        Assert.All(Enumerable.Range(0, 20), residue => Assert.Equal(0, profile[(residue * 3) + 2])); // nothing is known of X
    }

    [Fact]
    public void Make_OfThreeMembers_GivesHandWorkedPoints()
    {
        FamilySequences proteins = FamilyText.Of("AW", "AW", "AC");

        float[] profile = FamilyProfile.Make(proteins, new Family([proteins.StartOf(0), proteins.StartOf(1), proteins.StartOf(2)]), 2);

        // Weights at the first place 1/3 each, at the second 1/4, 1/4, 1/2; together 7/12, 7/12, 10/12 of 2: tryptophan 14/24, cysteine 10/24.
        // 1.5 kinds at a place: half a part of what was seen to seven of what BLOSUM62 expects.
        int tryptophan = Alphabet.Residues.IndexOf('W'), cysteine = Alphabet.Residues.IndexOf('C');
        double expected = (14.0 / 24 * Substitute(tryptophan, tryptophan)) + (10.0 / 24 * Substitute(cysteine, tryptophan));
        double share = ((0.5 * 14 / 24) + (7 * expected)) / 7.5;
        Assert.Equal(Math.Log(share / ResidueScores.Share(tryptophan)) / ResidueScores.PointInNats, profile[(tryptophan * 2) + 1], 1e-4);
        Assert.True(profile[(cysteine * 2) + 1] > profile[(Alphabet.Residues.IndexOf('K') * 2) + 1]);
    }

    private static double Substitute(int residue, int by) => ResidueScores.Substitutes[(residue * Alphabet.ResidueCount) + by];
}
