using System.Numerics;
using System.Runtime.InteropServices;
using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.TorchSharp.Families;

/// <summary>Compares proteins with families on the processor, by looking up points instead of multiplying with zeros and ones.</summary>
internal sealed class FamilyScan
{
    private const int Lanes = 64;                    // families of a block
    private const int Rows = Alphabet.ResidueCount + 1; // the last for gaps: no points

    private readonly float[] _points;                // [blocks, W, rows, lanes]
    private readonly int _families;
    private readonly int _width;

    /// <param name="profiles">Points of each family, [K, 20, W].</param>
    /// <param name="width">Residues of a stretch, W.</param>
    public FamilyScan(ReadOnlySpan<float> profiles, int width)
    {
        _width = width;
        _families = profiles.Length / (Alphabet.ResidueCount * width);
        _points = new float[(_families + Lanes - 1) / Lanes * width * Rows * Lanes];
        for (int family = 0; family < _families; family++)
            for (int residue = 0; residue < Alphabet.ResidueCount; residue++)
                for (int place = 0; place < width; place++)
                    _points[(((((family / Lanes * width) + place) * Rows) + residue) * Lanes) + (family % Lanes)]
                        = profiles[(((family * Alphabet.ResidueCount) + residue) * width) + place];
    }

    /// <summary>Residues by number from one-hot rows, or false where a row is neither one-hot nor zero.</summary>
    /// <param name="rows">[L, 20].</param>
    /// <param name="residues">[L]; <see cref="FamilySequences.Gap"/> where a row is zero.</param>
    public static bool TryRead(ReadOnlySpan<float> rows, Span<byte> residues)
    {
        residues.Fill(FamilySequences.Gap);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] == 0)
                continue;
            ref byte residue = ref residues[i / Alphabet.ResidueCount];
            if (rows[i] != 1 || residue != FamilySequences.Gap)
                return false;
            residue = (byte)(i % Alphabet.ResidueCount);
        }

        return true;
    }

    /// <summary>Points of each family where it fits a protein best.</summary>
    /// <param name="residues">[L + W - 1], by number or <see cref="FamilySequences.Gap"/>.</param>
    /// <param name="best">[K].</param>
    public void Compare(ReadOnlySpan<byte> residues, Span<float> best)
    {
        Span<float> most = stackalloc float[Lanes];
        for (int first = 0; first < _families; first += Lanes)
        {
            CompareBlock(residues, MemoryMarshal.Cast<float, Vector<float>>(_points.AsSpan(first * _width * Rows, _width * Rows * Lanes)), MemoryMarshal.Cast<float, Vector<float>>(most));
            most[..Math.Min(Lanes, _families - first)].CopyTo(best[first..]);
        }
    }

    // Four vectors of families at a time, so that sums stay in registers.
    private void CompareBlock(ReadOnlySpan<byte> residues, ReadOnlySpan<Vector<float>> points, Span<Vector<float>> best)
    {
        int vectors = best.Length;
        for (int lane = 0; lane < vectors; lane += 4)
        {
            var most = new Vector<float>(float.NegativeInfinity);
            (Vector<float> a, Vector<float> b, Vector<float> c, Vector<float> d) = (most, most, most, most);
            for (int start = 0; start + _width <= residues.Length; start++)
            {
                Vector<float> e = default, f = default, g = default, h = default;
                for (int place = 0; place < _width; place++)
                {
                    ReadOnlySpan<Vector<float>> row = points.Slice((((place * Rows) + residues[start + place]) * vectors) + lane, 4);
                    e += row[0];
                    f += row[1];
                    g += row[2];
                    h += row[3];
                }

                (a, b, c, d) = (Vector.Max(a, e), Vector.Max(b, f), Vector.Max(c, g), Vector.Max(d, h));
            }

            (best[lane], best[lane + 1], best[lane + 2], best[lane + 3]) = (a, b, c, d);
        }
    }
}
