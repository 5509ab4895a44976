using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;

namespace Subloc.MLNet.TorchSharp.Tests.Networks;

[Collection(TorchTests.Name)]
public sealed class SeedNetworksTests
{
    [Theory]
    [InlineData("cnn1", 812_394, 0)]
    [InlineData("cnn2", 1_673_194, 0)]
    [InlineData("cnn3", 3_312_106, 0)]
    [InlineData("cnn4", 6_716_234, 0)]
    [InlineData("cnn-lstm", 293_066, 0)]
    [InlineData("resnet1", 4_000_714, null)]
    [InlineData("resnet2", 6_099_274, null)]
    [InlineData("resnet3", 769_802, 7_680)]
    [InlineData("resnet4", 1_013_066, 10_368)]
    public void Build_AtTheSeedsSizes_HasItsParameters(string name, int total, int? notTrained)
    {
        using var network = SeedNetworks.Get(name).Config.Build(new NetworkShape(20, 400, 10));

        Assert.Equal(total, ParameterCount.Keras(network));
        Assert.Equal(notTrained ?? ParameterCount.NotTrained(network), ParameterCount.NotTrained(network));
    }

    [Fact]
    public void CountWeights_EveryNetworkAndShape_IsWhatTheNetworkHolds()
    {
        foreach (string name in SeedNetworks.Names)
        {
            var shape = new NetworkShape(20, 123, 7);
            using var network = SeedNetworks.Get(name).Config.Build(shape);
            Assert.Equal(network.state_dict().Values.Sum(tensor => tensor.numel()), SeedNetworks.Get(name).Config.CountWeights(shape));
        }
    }

    [Fact]
    public void CountWeights_MoreThanCanBeCounted_Overflows() =>
        Assert.Throws<OverflowException>(() => new CnnConfig { Filters = [int.MaxValue, int.MaxValue], Kernel = int.MaxValue }.CountWeights(new NetworkShape(20, 100, 10)));

    [Theory]
    [InlineData("cnn1", 64, 100)]
    [InlineData("cnn-lstm", 64, 300)]
    [InlineData("resnet4", 32, 100)]
    public void Get_KnownName_HasTheSeedsTraining(string name, int batch, int epochs)
    {
        var preset = SeedNetworks.Get(name);

        Assert.Equal((name, batch, epochs), (preset.Name, preset.BatchSize, preset.MaxEpochs));
    }

    [Fact]
    public void Get_UnknownName_ListsTheNames()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => SeedNetworks.Get("cnn9"));

        Assert.All(SeedNetworks.Names, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
        Assert.Equal(9, SeedNetworks.Names.Count);
    }
}
