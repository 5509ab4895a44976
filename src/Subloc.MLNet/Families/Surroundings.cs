using System.Numerics;

namespace Subloc.MLNet.Families;

/// <summary>The kinds of residues around a place, four bits each: five before it, its own and ten behind, the first in the lowest bits.</summary>
/// <remarks>Side by side for all places of a word they are read faster than from the proteins, which lie all over the memory.</remarks>
internal static class Surroundings
{
    /// <summary>Residues before the place.</summary>
    public const int Before = 5;

    /// <summary>Number of residues.</summary>
    public const int Width = 16;

    private const int Bits = 4;
    private const ulong Lowest = 0x1111_1111_1111_1111;

    /// <summary>Those of a place where nothing but gaps is around.</summary>
    public const ulong Gaps = ResidueKinds.Gap * Lowest;

    /// <summary>Those of a place.</summary>
    /// <param name="before">Those of the place before.</param>
    /// <param name="kinds">Kinds of residues, and gaps.</param>
    /// <param name="place">The place.</param>
    public static ulong Next(ulong before, ReadOnlySpan<byte> kinds, int place)
    {
        int last = place + Width - Before - 1;
        return (before >> Bits) | ((ulong)(last < kinds.Length ? kinds[last] : ResidueKinds.Gap) << (Bits * (Width - 1)));
    }

    /// <summary>In how many of the sixteen places two are equal.</summary>
    public static int CountEqual(ulong one, ulong other)
    {
        ulong different = one ^ other;
        different |= different >> 2;
        different |= different >> 1;
        return Width - BitOperations.PopCount(different & Lowest);
    }

    /// <summary>Points of residues and what is around a place.</summary>
    /// <param name="residues">Sixteen.</param>
    /// <param name="surroundings">Of a kept protein.</param>
    public static int Points(ReadOnlySpan<byte> residues, ulong surroundings)
    {
        int points = 0;
        foreach (byte residue in residues)
        {
            points += ResidueKinds.Points(residue, (byte)(surroundings & ((1 << Bits) - 1)));
            surroundings >>= Bits;
        }

        return points;
    }
}
