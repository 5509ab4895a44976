using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Networks;

[Collection(TorchTests.Name)]
public sealed class CnnLstmTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Forward_NoiseBehindTheProtein_IsReadOnlyIfSeedFaithful(bool seedFaithful)
    {
        using var scope = NewDisposeScope();
        var config = new CnnLstmConfig { Filters = [8, 8], Hidden = 8, SeedFaithful = seedFaithful };
        using var network = config.Build(new NetworkShape(20, 60, 3));
        network.eval();
        var (channels, mask) = RandomProteins.Make(60, 30);
        var noisy = channels.clone();
        noisy.narrow(2, 31, 29).fill_(1);

        float difference = (network.forward(channels, mask) - network.forward(noisy, mask)).abs().max().item<float>();

        Assert.Equal(seedFaithful, difference > 0);
        Assert.Equal(seedFaithful, config.NeedsFixedLength);
    }

    [Fact]
    public void Forward_FullLength_IsAlikeInBothWays()
    {
        using var scope = NewDisposeScope();
        var shape = new NetworkShape(20, 61, 3);
        manual_seed(3);
        using var trueLength = new CnnLstmConfig { Hidden = 8 }.Build(shape);
        manual_seed(3);
        using var faithful = new CnnLstmConfig { Hidden = 8, SeedFaithful = true }.Build(shape);
        trueLength.eval();
        faithful.eval();
        var (channels, mask) = RandomProteins.Make(61, 61, 61);

        Assert.True(trueLength.forward(channels, mask).equal(faithful.forward(channels, mask)).all().item<bool>());
    }

    [Fact]
    public void Forward_LastWholeStep_IsRead()
    {
        using var scope = NewDisposeScope();
        using var network = new CnnLstmConfig { Filters = [8, 8], Hidden = 8 }.Build(new NetworkShape(20, 60, 3));
        network.eval();
        var (channels, mask) = RandomProteins.Make(60, 30);
        var changed = channels.clone();
        changed.narrow(2, 29, 1).fill_(5);

        // 30 positions: 28, 14, 12, 6 steps; the sixth sees positions 20 to 29.
        float difference = (network.forward(channels, mask) - network.forward(changed, mask)).abs().max().item<float>();

        Assert.True(difference > 0);
    }

    [Fact]
    public void Forward_OtherLengthWhereFixed_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var network = new CnnLstmConfig { SeedFaithful = true }.Build(new NetworkShape(20, 60, 3));
        var (channels, mask) = RandomProteins.Make(40, 40);

        Assert.Throws<ArgumentOutOfRangeException>(() => network.forward(channels, mask));
    }
}
