using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Networks;

// What was in memory before must not reach a result: not a number anywhere makes everything that it is multiplied with not a number.
[Collection(TorchTests.Name)]
public sealed class UsedMemoryTests
{
    private const int LargestBlock = 1 << 22;

    public static TheoryData<string, ScalarType> NamesAndTypes
    {
        get
        {
            var data = new TheoryData<string, ScalarType>();
            foreach (string name in NetworkPresets.Names)
                foreach (ScalarType type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
                    if (type == ScalarType.Float32 || NetworkPresets.Get(name).Config.AllowsBFloat16)
                        data.Add(name, type);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(NamesAndTypes))]
    public void ForwardAndBackward_MemoryThatHeldNoNumbers_GiveNumbers(string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var network = NetworkPresets.Get(name).Config.Build(new NetworkShape(20, 150, 10));
        var (channels, mask) = RandomProteins.Make(150, 150, 149, 101, 77, 60, 35, 12);
        channels = channels.to_type(type);

        for (int i = 0; i < 3; i++)
        {
            ConvolutionCheck.FillFreedMemory(LargestBlock);
            var learned = network.forward(channels, mask);
            ConvolutionCheck.FillFreedMemory(LargestBlock);
            learned.pow(2).sum().backward();

            Assert.True(learned.isfinite().all().item<bool>(), "forward");
            Assert.All(network.named_parameters(), parameter => Assert.True(parameter.parameter.grad?.isfinite().all().item<bool>(), parameter.name));
        }

        network.eval();
        ConvolutionCheck.FillFreedMemory(LargestBlock);
        Assert.True(network.forward(channels, mask).isfinite().all().item<bool>(), "scores");
    }
}
