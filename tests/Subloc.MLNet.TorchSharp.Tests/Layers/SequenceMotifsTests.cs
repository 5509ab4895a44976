using System.Text.RegularExpressions;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Layers;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Layers;

[Collection(TorchTests.Name)]
public sealed class SequenceMotifsTests
{
    [Fact]
    public void Describe_AProteinForEachPattern_CountsWhatRegularExpressionsFind()
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        string[] sequences = [.. SequenceMotifs.Patterns.Select(pattern => Holding(pattern, random)), "M", "SKL", "KKKKKKKKKKKKKKKK"];

        float[] all = Describe(sequences);

        for (int i = 0; i < sequences.Length; i++)
            Nearly.Equal([.. Expected(sequences[i])], [.. all.Skip(i * SequenceMotifs.Count).Take(SequenceMotifs.Count).Select(value => (double)value)], 1e-4);
        for (int i = 0; i < SequenceMotifs.Count; i++)
            Assert.True(all[(i * SequenceMotifs.Count) + i] > 0, $"{SequenceMotifs.Patterns[i].Text} is not found in {sequences[i]}.");
    }

    [Fact]
    public void Describe_EndsWithSkl_TellsThePeroxisomeFromAnywhere()
    {
        using var scope = NewDisposeScope();
        int signal = Array.FindIndex([.. SequenceMotifs.Patterns], pattern => pattern.Text == "S[KRH]L$");
        int sites = Array.FindIndex([.. SequenceMotifs.Patterns], pattern => pattern.Text == "N[^P][ST][^P]");

        float[] all = Describe(["MAAANGTANPSASKL", "MASKLNASANATA"]);

        Nearly.Equal([Math.Log(2), 0], [all[signal], all[SequenceMotifs.Count + signal]], 1e-6);
        Nearly.Equal([Math.Log(2), Math.Log(3)], [all[sites], all[SequenceMotifs.Count + sites]], 1e-6);
    }

    [Theory]
    [InlineData("K{2}.[RH]", "KK.[HR]")]
    [InlineData("^M[^ACDEFGHIKLMNPQRST]", "^M[WYV]")]
    [InlineData("[ST].L$", "[TS].L$")]
    public void Parse_TwoWaysToWriteAPattern_GivesTheSame(string one, string other)
    {
        var (first, second) = (ResiduePattern.Parse(one), ResiduePattern.Parse(other));

        Assert.Equal((first.End, first.Width, first.Demands), (second.End, second.Width, second.Demands));
        Assert.Equal(Kernel(first), Kernel(second));
    }

    [Theory]
    [InlineData("KXR")]
    [InlineData("[KB]")]
    public void Parse_WhatIsNoResidue_IsRefused(string text) => Assert.Throws<FormatException>(() => ResiduePattern.Parse(text));

    internal static IEnumerable<double> Expected(string sequence) => SequenceMotifs.Patterns.Select(pattern => Math.Log(1 + Regex.Count(
        sequence, pattern.End == PatternEnd.First ? pattern.Text : $"(?={pattern.Text})")));

    private static string Holding(ResiduePattern pattern, Random random)
    {
        string Any(int length) => new([.. Enumerable.Range(0, length).Select(_ => Alphabet.Residues[random.Next(Alphabet.ResidueCount)])]);
        string held = string.Concat(pattern.Places.Select(place => place is null ? Any(1) : place[random.Next(place.Length)].ToString()));
        return (pattern.End == PatternEnd.First ? "" : Any(random.Next(60))) + held + (pattern.End == PatternEnd.Last ? "" : Any(random.Next(60)));
    }

    private static float[] Kernel(ResiduePattern pattern)
    {
        var kernel = new float[Alphabet.ResidueCount * pattern.Width];
        pattern.Fill(pattern.Width, kernel);
        return kernel;
    }

    private static float[] Describe(string[] sequences) => SequenceDescriptorsTests.Describe(sequences, SequenceMotifs.Describe);
}
