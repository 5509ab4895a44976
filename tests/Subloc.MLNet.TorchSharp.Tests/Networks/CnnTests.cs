using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Networks;

[Collection(TorchTests.Name)]
public sealed class CnnTests
{
    [Theory]
    [InlineData(59)]
    [InlineData(61)]
    public void Forward_OtherLength_IsRefused(int length)
    {
        using var scope = NewDisposeScope();
        using var network = new CnnConfig().Build(new NetworkShape(20, 60, 3));
        var (channels, mask) = RandomProteins.Make(length, length);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => network.forward(channels, mask));

        Assert.Contains("exactly 60 positions", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ShortestLength_LeavesOneStep()
    {
        using var scope = NewDisposeScope();
        var config = new CnnConfig { Filters = [4, 4], Hidden = [] };
        using var network = config.Build(new NetworkShape(20, 10, 3));
        var (channels, mask) = RandomProteins.Make(10, 10);

        Assert.Equal([1L, 3L], network.forward(channels, mask).shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => config.Build(new NetworkShape(20, 9, 3)));
    }
}
