using Subloc.MLNet.Batching;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Families;

namespace Subloc.MLNet.TorchSharp.Tests.Families;

/// <summary>Proteins as the search for families reads them.</summary>
internal static class FamilyText
{
    /// <summary>Proteins from letters.</summary>
    public static FamilySequences Of(params string[] sequences)
    {
        using var set = new TokenSet(1 << 20);
        foreach (string sequence in sequences)
            set.Add([.. sequence.Select(Alphabet.TokenOf)], 0);
        return FamilySequences.Of(set, [.. Enumerable.Range(0, sequences.Length)]);
    }

    /// <summary>Random residues.</summary>
    public static string Random(int length, int seed)
    {
        var random = new Random(seed);
        return string.Concat(Enumerable.Range(0, length).Select(_ => Alphabet.Residues[random.Next(Alphabet.ResidueCount)]));
    }

    /// <summary>Points of two equally long stretches in BLOSUM62.</summary>
    public static int Points(string first, string second) => first.Zip(second).Sum(pair => Alphabet.Blosum62(pair.First, pair.Second));
}
