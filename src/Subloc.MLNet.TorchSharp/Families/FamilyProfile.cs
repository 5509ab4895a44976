using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.TorchSharp.Families;

/// <summary>What speaks for each residue at each place of a family's stretch, in points of BLOSUM62.</summary>
/// <remarks>
/// A position-specific scoring matrix: the members' residues, weighted so that many alike count little (Henikoff and Henikoff, J. Mol. Biol. 243
/// (1994), 574-578), are mixed with what BLOSUM62 expects in other members, the more the fewer kinds there are (Altschul et al., Nucleic Acids
/// Res. 25 (1997), 3389-3402).
/// </remarks>
internal static class FamilyProfile
{
    private const double Expected = 7; // weight of what BLOSUM62 expects

    /// <summary>Makes a family's profile.</summary>
    /// <param name="proteins">The proteins.</param>
    /// <param name="family">The family.</param>
    /// <param name="width">Places of the stretch, W.</param>
    /// <returns>[20, W]: points of the first residue at all places, of the second, ...</returns>
    public static float[] Make(FamilySequences proteins, Family family, int width)
    {
        byte[][] members = Array.ConvertAll(family.Places, place => proteins.Residues.AsSpan(place, width).ToArray());
        double[] weights = Weigh(members, width, out double kinds);
        var profile = new float[Alphabet.ResidueCount * width];
        var seen = new double[Alphabet.ResidueCount];
        for (int place = 0; place < width; place++)
        {
            Array.Clear(seen);
            for (int m = 0; m < members.Length; m++)
                if (members[m][place] != FamilySequences.Gap)
                    seen[members[m][place]] += weights[m];
            double sum = seen.Sum();
            if (sum == 0)
                continue;

            for (int residue = 0; residue < Alphabet.ResidueCount; residue++)
            {
                double expected = 0;
                for (int other = 0; other < Alphabet.ResidueCount; other++)
                    expected += seen[other] / sum * ResidueScores.Substitutes[(other * Alphabet.ResidueCount) + residue];
                double share = (((kinds - 1) * seen[residue] / sum) + (Expected * expected)) / (kinds - 1 + Expected);
                profile[(residue * width) + place] = (float)(Math.Log(share / ResidueScores.Share(residue)) / ResidueScores.PointInNats);
            }
        }

        return profile;
    }

    // At each place every kind of residue has the same weight in sum; also gives the kinds of residues at a place, on average.
    private static double[] Weigh(byte[][] members, int width, out double kinds)
    {
        var weights = new double[members.Length];
        var counts = new int[Alphabet.ResidueCount + 1];
        int sum = 0;
        for (int place = 0; place < width; place++)
        {
            Array.Clear(counts);
            foreach (byte[] member in members)
                counts[member[place]]++;
            int here = counts.Count(count => count > 0);
            sum += here;
            for (int m = 0; m < members.Length; m++)
                weights[m] += 1.0 / (here * counts[members[m][place]]);
        }

        kinds = (double)sum / width;
        return weights;
    }
}
