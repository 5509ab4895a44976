using Subloc.MLNet.Batching;
using Subloc.MLNet.Families;
using Subloc.MLNet.Sequences;

namespace Subloc.MLNet.Tests.Families;

/// <summary>Proteins as families are found among them.</summary>
internal static class FamilyText
{
    /// <summary>Tokens of letters.</summary>
    public static byte[] Tokens(string sequence) => [.. sequence.Select(Alphabet.TokenOf)];

    /// <summary>Residues of letters, without what is around them.</summary>
    public static byte[] Residues(string sequence) => [.. Tokens(sequence).Select(ResidueKinds.ResidueOf)];

    /// <summary>Proteins from letters.</summary>
    public static TokenSet Set(params string[] sequences)
    {
        var set = new TokenSet(1 << 20);
        foreach (string sequence in sequences)
            set.Add(Tokens(sequence), 0);
        return set;
    }

    /// <summary>Kept proteins from letters.</summary>
    public static KindSequences Keep(params string[] sequences)
    {
        var kept = new KindSequences([.. sequences.Select(sequence => sequence.Length)]);
        for (int i = 0; i < sequences.Length; i++)
            Kinds(sequences[i]).CopyTo(kept.KindsOf(i));
        return kept;
    }

    /// <summary>Kinds of letters.</summary>
    public static byte[] Kinds(string sequence) => [.. Residues(sequence).Select(residue => ResidueKinds.KindOf[residue])];

    /// <summary>Families found among proteins, protein i residing in compartment i modulo the number of compartments.</summary>
    public static ProteinFamilies Find(FamilyOptions options, int classes, params string[] sequences)
    {
        using TokenSet set = Set(sequences);
        return new FamilyFinder(set, [.. Enumerable.Range(0, sequences.Length)]).Find(
            [.. Enumerable.Range(0, sequences.Length).Select(i => Enumerable.Range(0, classes).Select(k => k == i % classes ? 1.0 : 0).ToArray())], options, 1, () => false);
    }

    /// <summary>Random residues.</summary>
    public static string Random(int length, int seed)
    {
        var random = new Random(seed);
        return string.Concat(Enumerable.Range(0, length).Select(_ => Alphabet.Residues[random.Next(Alphabet.ResidueCount)]));
    }

    /// <summary>A relative: one residue in some is replaced at random.</summary>
    public static string Mutate(string sequence, int oneIn, int seed)
    {
        var random = new Random(seed);
        return string.Concat(sequence.Select(letter => random.Next(oneIn) == 0 ? Alphabet.Residues[random.Next(Alphabet.ResidueCount)] : letter));
    }
}
