using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Networks;

public sealed class CnnTests
{
    [Fact]
    public void Forward_FullLength_GivesOneValueAClass()
    {
        using var network = new CnnConfig().Build(new NetworkShape(20, 100, 7));
        using var channels = randn(3, 20, 100);
        using var mask = ones(3, 100, dtype: ScalarType.Bool);

        using var logits = network.forward(channels, mask);

        Assert.Equal([3L, 7L], logits.shape);
    }
}
