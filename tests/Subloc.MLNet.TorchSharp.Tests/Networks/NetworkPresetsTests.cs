using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;

namespace Subloc.MLNet.TorchSharp.Tests.Networks;

[Collection(TorchTests.Name)]
public sealed class NetworkPresetsTests
{
    [Theory]
    [InlineData("light-attention", 168_042)]
    [InlineData("deeploc", 3_488_098)]
    [InlineData("descriptors", 1_751_080)]
    [InlineData("transformer", 621_066)]
    public void Build_OfAFamily_HasItsParameters(string name, int trained)
    {
        using var network = NetworkPresets.Get(name).Config.Build(new NetworkShape(20, 1000, 10));

        Assert.Equal(trained, ParameterCount.Trained(network));
    }

    [Fact]
    public void Get_NameOfTheSeed_IsItsPreset() =>
        Assert.All(SeedNetworks.Names, name => Assert.Same(SeedNetworks.Get(name), NetworkPresets.Get(name)));

    [Fact]
    public void Get_UnknownName_ListsTheNames()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => NetworkPresets.Get("cnn9"));

        Assert.All(NetworkPresets.Names, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }
}
