using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Families;
using Subloc.MLNet.TorchSharp.Layers;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Families;

[Collection(TorchTests.Name)]
public sealed class FamilyNetTests
{
    private const int LargestBlock = 1 << 22;
    private const string Known = "WWWWWWWW"; // 8 x 6 = 48 points of 'six for tryptophan'
    private const string Other = "CCCCCCCC"; // 8 x 5.5 = 44 points

    private static readonly FamilyOptions _options = new() { Count = 600, Width = 8, Weight = 1 }; // more than are compared at once

    [Fact]
    public void Forward_ProteinsThatFit_GivesHandWorkedEvidence()
    {
        using var scope = NewDisposeScope();
        using FamilyNet network = Make();

        float[] logits = Score(network, "MK" + Known + "A", "MKTAYIAKQR", Other + "MK" + Known, "WWWWWWWM");

        // 8 points above 40: weight 64, trust 0.8. Shares (64 (0.8, 0.1, 0.1) + 0.001 (0.5, 0.25, 0.25)) / 64.001, practically the family's.
        Nearly.Equal([0.8 * Math.Log(0.8 / 0.5), 0.8 * Math.Log(0.1 / 0.25), 0.8 * Math.Log(0.1 / 0.25)], Doubles(logits[..3]), 1e-4);
        Assert.Equal([0f, 0f, 0f], logits[3..6]);

        // Both fit, by 8 and 4 points: weights 64 and 16.
        double[] shares = [((64 * 0.8) + (16 * 0.2)) / 80, ((64 * 0.1) + (16 * 0.2)) / 80, ((64 * 0.1) + (16 * 0.6)) / 80];
        Nearly.Equal([0.8 * Math.Log(shares[0] / 0.5), 0.8 * Math.Log(shares[1] / 0.25), 0.8 * Math.Log(shares[2] / 0.25)], Doubles(logits[6..9]), 1e-4);

        // 7 x 6 - 1 = 41 points: 1 above, weight 1; a thousandth is the frequencies'.
        Assert.Equal(0.1 * Math.Log(0.8 / 0.5), logits[9], 1e-3);
    }

    [Fact]
    public void Forward_AloneOrInABatch_ScoresAlike()
    {
        using var scope = NewDisposeScope();
        using FamilyNet network = Make();
        string[] sequences = [Known, "MK" + Known + FamilyText.Random(70, 1), Other, "M"];

        float[] together = Score(network, sequences);

        Nearly.Equal(together, [.. sequences.SelectMany(sequence => Score(network, sequence))], 1e-5);
    }

    [Fact]
    public void Forward_LookedUpOrMultiplied_ScoresAlike()
    {
        using var scope = NewDisposeScope();
        using FamilyNet network = Make();
        var (channels, mask) = Encode(Known, "MK" + Known + FamilyText.Random(70, 1), Other + "W", "M");

        float[] lookedUp = network.forward(channels, mask).data<float>().ToArray();
        float[] multiplied = network.forward(channels.detach().requires_grad_(), mask).detach().data<float>().ToArray();

        Assert.Contains(lookedUp, logit => logit > 1e-2);
        Nearly.Equal(multiplied, lookedUp, 1e-5);
    }

    [Fact]
    public void Backward_ToTheResidues_ReachesTheFittingStretchOnly()
    {
        using var scope = NewDisposeScope();
        using FamilyNet network = Make();
        var (channels, mask) = Encode("MK" + Known + "AMKT");
        channels = channels.detach().requires_grad_();

        network.forward(channels, mask)[0, 0].backward();

        float[] slopes = channels.grad!.abs().sum([0, 1]).data<float>().ToArray();
        Assert.All(slopes.Index(), slope => Assert.Equal(slope.Index is >= 2 and < 10, slope.Item > 0));
    }

    [Fact]
    public void Forward_MemoryThatHeldNoNumbers_GivesNumbers()
    {
        using var scope = NewDisposeScope();
        using FamilyNet network = Make();

        for (int i = 0; i < 3; i++)
        {
            ConvolutionCheck.FillFreedMemory(LargestBlock);
            Assert.True(Score(network, Known + FamilyText.Random(90, i)).All(float.IsFinite));
        }
    }

    [Fact]
    public void Forward_ManyTimes_LeavesNoTensors()
    {
        using FamilyNet network = Make();
        Score(network, Known);

        long before = LiveTensors.Count();

        for (int i = 0; i < 3; i++)
            Score(network, Known, Other);

        Assert.Equal(before, LiveTensors.Count());
    }

    private static FamilyNet Make()
    {
        var network = new FamilyNet(_options, 3);
        network.Take([Profile('W', 6), Profile('C', 5.5f)], [[0.8f, 0.1f, 0.1f], [0.2f, 0.2f, 0.6f]], [0.5f, 0.25f, 0.25f]);
        network.eval();
        return network;
    }

    // So many points for one residue at every place, minus one for any other.
    private static float[] Profile(char residue, float points) =>
        [.. Alphabet.Residues.SelectMany(letter => Enumerable.Repeat(letter == residue ? points : -1, _options.Width))];

    private static float[] Score(FamilyNet network, params string[] sequences)
    {
        using var scope = NewDisposeScope();
        var (channels, mask) = Encode(sequences);
        return network.forward(channels, mask).data<float>().ToArray();
    }

    private static (Tensor Channels, Tensor Mask) Encode(params string[] sequences)
    {
        Tensor tokens = zeros(sequences.Length, sequences.Max(sequence => sequence.Length) + 3, ScalarType.Byte);
        for (int i = 0; i < sequences.Length; i++)
            tokens[i].narrow(0, 0, sequences[i].Length).copy_(tensor(sequences[i].Select(Alphabet.TokenOf).ToArray()));
        using var input = new ResidueChannels(ResidueInput.OneHot);
        return (input.forward(tokens), ResidueChannels.Mask(tokens));
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);
}
