using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Layers;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Layers;

[Collection(TorchTests.Name)]
public sealed class SequenceDescriptorsTests
{
    private static readonly (int From, int To)[] _first = [(0, 8), (0, 15), (0, 25), (0, 40), (0, 70)];
    private static readonly (int From, int To)[] _last = [(0, 4), (0, 10), (0, 20), (0, 50)];

    [Fact]
    public void Describe_ProteinsOfAnyLength_GivesWhatLoopsGive()
    {
        using var scope = NewDisposeScope();
        string[] sequences = ["M", "MK", "MKW", .. new[] { 7, 8, 39, 40, 41, 90, 333 }.Select((length, i) => Sequence(length, i))];

        float[] all = Describe(sequences);

        int count = SequenceDescriptors.Count;
        Assert.Equal(sequences.Length * count, all.Length);
        for (int i = 0; i < sequences.Length; i++)
            Nearly.Equal(Expected(sequences[i]), Doubles(all.AsSpan(i * count, count)), 2e-3);
    }

    [Fact]
    public void Describe_Lysines_GivesHandWorkedNumbers()
    {
        using var scope = NewDisposeScope();

        float[] described = Describe(["KKKKK"]);

        int lysine = Alphabet.Residues.IndexOf('K');
        Assert.Equal(1, described[lysine]);                                      // of all
        Assert.Equal(1, described[20 + lysine]);                                 // in the middle third
        int scales = 11 * 20;
        Assert.Equal([-39, 1, 116, 74, 1686, 586, 1, 0], described.Skip(scales).Take(8)); // greatest of each, in windows of 7
        Assert.Equal(1e-3, described[scales + 38], 1e-6);                        // nothing spreads: the least spread there is
        Assert.Equal(Math.Log(5), described[^(SequenceMotifs.Count + 1)], 1e-6);
    }

    [Fact]
    public void Forward_InTraining_StandardisesByAllThatWasSeen()
    {
        using var scope = NewDisposeScope();
        var layer = new Standardization(2);

        layer.train();
        layer.forward(tensor(new float[] { 1, 10, 3, 30 }, [2, 2]));
        layer.forward(tensor(new float[] { 5, 50, 7, 10, 9, 0 }, [3, 2]));
        layer.eval();
        float[] values = layer.forward(tensor(new float[] { 5, 20, 1000, -1000, 6, 21 }, [3, 2])).data<float>().ToArray();

        // 1, 3, 5, 7, 9: mean 5. 10, 30, 50, 10, 0: mean 20, variance 320.
        Nearly.Equal([0, 0, 4, -4, 1 / Math.Sqrt(8), 1 / Math.Sqrt(320)], Doubles(values), 1e-5);
    }

    private static double[] Doubles(ReadOnlySpan<float> values) => Array.ConvertAll(values.ToArray(), value => (double)value);

    private static float[] Describe(string[] sequences) => Describe(sequences, SequenceDescriptors.Describe);

    // What a function of one-hot channels and mask gives for proteins in a batch with padding.
    internal static float[] Describe(string[] sequences, Func<Tensor, Tensor, Tensor> describe)
    {
        long length = sequences.Max(sequence => sequence.Length) + 2;
        using Tensor tokens = zeros(sequences.Length, length, ScalarType.Byte);
        for (int i = 0; i < sequences.Length; i++)
            tokens[i].narrow(0, 0, sequences[i].Length).copy_(tensor(sequences[i].Select(Alphabet.TokenOf).ToArray()));
        using var input = new ResidueChannels(ResidueInput.OneHot);
        return describe(input.forward(tokens), ResidueChannels.Mask(tokens).to_type(ScalarType.Float32)).data<float>().ToArray();
    }

    private static double[] Expected(string sequence)
    {
        int n = sequence.Length;
        var numbers = new List<double>();
        void Share(Func<int, bool> isIn)
        {
            char[] some = [.. Enumerable.Range(0, n).Where(isIn).Select(i => sequence[i])];
            numbers.AddRange(Alphabet.Residues.Select(residue => some.Count(other => other == residue) / (double)Math.Max(some.Length, 1)));
        }

        Share(_ => true);
        Share(i => i >= n / 3f && n - 1 - i >= n / 3f);
        foreach ((int from, int to) in _first)
            Share(i => i >= from && i < to);
        foreach ((int from, int to) in _last)
            Share(i => n - 1 - i >= from && n - 1 - i < to);
        foreach (int width in new[] { 7, 15, 31 })
        {
            double[][] means = [.. Enumerable.Range(0, ResidueScales.Count).Select(scale => Means(sequence, scale, width))];
            numbers.AddRange(means.Select(along => along.Max()));
            numbers.AddRange(means.Select(along => along.Min()));
            numbers.AddRange(means.Select(along => Math.Sqrt(Math.Max(1e-6, along.Average(value => Math.Pow(value - along.Average(), 2))))));
            foreach (Func<IEnumerable<double>, double> most in new Func<IEnumerable<double>, double>[] { Enumerable.Max, Enumerable.Min })
                foreach (double[] along in means)
                    numbers.AddRange([most(along.Take(40)), most(along.TakeLast(40))]);
            double[][] above = [.. new[] { 12, 16, 20 }.Select(level => Array.ConvertAll(means[0], mean => 1 / (1 + Math.Exp(level - mean))))];
            numbers.AddRange(above.Select(along => along.Average()));
            numbers.AddRange(above.Select(along => along.Select((value, i) => value * (i == 0 ? 1 : 1 - along[i - 1])).Sum()));
        }

        return [.. numbers, Math.Log(n), .. SequenceMotifsTests.Expected(sequence)];
    }

    private static double[] Means(string sequence, int scale, int width) => [.. Enumerable.Range(0, sequence.Length).Select(i => Enumerable
        .Range(i - width / 2, width).Where(place => place >= 0 && place < sequence.Length)
        .Average(place => ResidueScales.Table[(scale * Alphabet.ResidueCount) + Alphabet.Residues.IndexOf(sequence[place])]))];

    private static string Sequence(int length, int seed)
    {
        var random = new Random(seed);
        return new string([.. Enumerable.Range(0, length).Select(_ => Alphabet.Residues[random.Next(Alphabet.ResidueCount)])]);
    }
}
