using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Networks;

[Collection(TorchTests.Name)]
public sealed class LocalizationNetworkTests
{
    [Fact]
    public void Forward_InTraining_HidesTheShareAskedForAndNoPadding()
    {
        using var scope = NewDisposeScope();
        using var seen = new Seen();
        using var network = new LocalizationNetwork(new ResidueChannels(ResidueInput.OneHot), seen) { MaskedShare = 0.2 };
        var tokens = ones([50, 100], ScalarType.Byte);
        tokens[TensorIndex.Colon, TensorIndex.Slice(80)] = Alphabet.Padding;
        manual_seed(3);

        network.train();
        network.forward(tokens, tokens.to_type(ScalarType.Bool));
        Tensor first = Hidden(seen);
        network.forward(tokens, tokens.to_type(ScalarType.Bool));
        Tensor second = Hidden(seen);

        // 4,000 residues: four standard deviations are 0.025.
        Assert.InRange(first.sum().item<long>() / 4000.0, 0.175, 0.225);
        Assert.False(first.eq(second).all().item<bool>(), "Other residues are hidden in every pass.");
        Assert.Equal(0, seen.Channels!.slice(2, 80, 100, 1).abs().sum().item<float>());
        Assert.Equal(4000, seen.Channels!.sum().item<float>(), 0.01); // A hidden residue shares its 1 among all.

        network.eval();
        network.forward(tokens, tokens.to_type(ScalarType.Bool));
        Assert.Equal(0, Hidden(seen).sum().item<long>());
    }

    // Alanine, the first channel, is all that there is; what is hidden has a little of everything.
    private static Tensor Hidden(Seen seen) => seen.Channels![TensorIndex.Colon, 1].gt(0);

    private sealed class Seen() : nn.Module<Tensor, Tensor, Tensor>(nameof(Seen))
    {
        public Tensor? Channels { get; private set; }

        public override Tensor forward(Tensor channels, Tensor mask)
        {
            Channels = channels.alias().DetachFromDisposeScope();
            return channels.sum(2L);
        }
    }
}
