using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Subloc.MLNet.Families;

/// <summary>Aligns a protein with kept ones: without gaps on both sides of a place, and with gaps near a diagonal.</summary>
/// <remarks>
/// Without gaps until the score falls behind its best, as BLAST does; with gaps, as Smith and Waterman (J. Mol. Biol. 147 (1981), 195-197) and Gotoh (162 (1982),
/// 705-708) do, in a band (Chao, Pearson and Miller, Comput. Appl. Biosci. 8 (1992), 481-487). A gap of k residues costs 10 + k points.
/// </remarks>
internal static class Alignment
{
    /// <summary>Kept proteins that are aligned at a time: 16.</summary>
    public const int Lanes = 16;

    private const int HalfBand = 24; // diagonals to each side
    private const int Band = (2 * HalfBand) + 1;
    private const int GiveUp = 20;   // points behind the best
    private const short OpenGap = 11;
    private const short WidenGap = 1;
    private const short Never = -10_000;

    // Of BLOSUM62 where a gap costs a point more (Altschul et al., Nucleic Acids Res. 25 (1997), 3389-3402): a little too many bits come out.
    private const double Lambda = 0.267;
    private const double K = 0.041;

    /// <summary>Bits of a score with gaps.</summary>
    public static double Bits(int score) => ((Lambda * score) - Math.Log(K)) / Math.Log(2);

    /// <summary>Best score of stretches without gaps that go through two places, and where the one of the protein ends.</summary>
    /// <param name="residues">The protein, between gaps.</param>
    /// <param name="place">Place in it.</param>
    /// <param name="kinds">Kept proteins, between gaps.</param>
    /// <param name="kept">Place in them.</param>
    public static (int Score, int End) Without(ReadOnlySpan<byte> residues, int place, ReadOnlySpan<byte> kinds, int kept)
    {
        (int behind, int length) = Extend(residues, place, kinds, kept, 1);
        return (behind + Extend(residues, place - 1, kinds, kept - 1, -1).Score, place + length);
    }

    /// <summary>Bytes that <see cref="WithGaps"/> works in, for a protein of some length.</summary>
    public static int ScratchFor(int length) => (length + Band - 1) * Lanes;

    /// <summary>Best scores with gaps near a diagonal, of up to <see cref="Lanes"/> kept proteins at once.</summary>
    /// <param name="residues">The protein, without what is around it.</param>
    /// <param name="kept">Kept proteins.</param>
    /// <param name="stretches">Which of them, and near which diagonals.</param>
    /// <param name="scratch">At least as many bytes as <see cref="ScratchFor"/> says.</param>
    /// <param name="scores">Receives the score of each, at most 32,767.</param>
    public static void WithGaps(ReadOnlySpan<byte> residues, KindSequences kept, ReadOnlySpan<Stretch> stretches, Span<byte> scratch, Span<int> scores)
    {
        scratch = scratch[..ScratchFor(residues.Length)];
        Interleave(kept, stretches, scratch);

        // Of the row before, by diagonal: the best scores that end there, and the best that end there with residues of the protein left out.
        Span<Vector256<short>> ends = stackalloc Vector256<short>[Band + 1], skips = stackalloc Vector256<short>[Band + 1];
        ends.Clear();
        skips.Fill(Vector256.Create(Never));
        Vector256<short> best = default, open = Vector256.Create(OpenGap), widen = Vector256.Create(WidenGap);
        ref byte kinds = ref MemoryMarshal.GetReference(scratch);
        for (int row = 0; row < residues.Length; row++)
        {
            Vector128<sbyte> points = Vector128.Create(ResidueKinds.PointsOf(residues[row]));
            Vector256<short> left = default, gap = Vector256.Create(Never);
            for (int k = 0; k < Band; k++)
            {
                Vector128<sbyte> cell = Vector128.Shuffle(points, Vector128.LoadUnsafe(ref kinds, (nuint)((row + k) * Lanes)).AsSByte());
                Vector256<short> skip = Vector256.Max(ends[k + 1] - open, skips[k + 1] - widen);
                gap = Vector256.Max(left - open, gap - widen);
                left = Vector256.Max(Vector256.Max(Vector256.AddSaturate(ends[k], Vector256.WidenLower(cell.ToVector256())), Vector256<short>.Zero), Vector256.Max(skip, gap));
                (ends[k], skips[k]) = (left, skip);
                best = Vector256.Max(best, left);
            }
        }

        for (int lane = 0; lane < stretches.Length; lane++)
            scores[lane] = best[lane];
    }

    // The kinds that the first residue meets in the band, then one more for each residue: of all proteins side by side, gaps beyond their ends.
    private static void Interleave(KindSequences kept, ReadOnlySpan<Stretch> stretches, Span<byte> scratch)
    {
        scratch.Fill(ResidueKinds.Gap);
        for (int lane = 0; lane < stretches.Length; lane++)
        {
            ReadOnlySpan<byte> kinds = kept.KindsOf(stretches[lane].Protein);
            int first = stretches[lane].Diagonal - HalfBand; // in the kept protein
            int end = Math.Min(scratch.Length / Lanes, kinds.Length - first);
            for (int i = Math.Max(0, -first); i < end; i++)
                scratch[(i * Lanes) + lane] = kinds[first + i];
        }
    }

    private static (int Score, int Length) Extend(ReadOnlySpan<byte> residues, int place, ReadOnlySpan<byte> kinds, int kept, int step)
    {
        (int score, int best, int length) = (0, 0, 0);
        for (int i = 0; score > best - GiveUp; i++)
        {
            byte residue = residues[place + (i * step)], kind = kinds[kept + (i * step)];
            if (residue == ResidueKinds.NoResidue || kind == ResidueKinds.Gap)
                break;
            score += ResidueKinds.Points(residue, kind);
            if (score > best)
                (best, length) = (score, i + 1);
        }

        return (best, length);
    }
}
