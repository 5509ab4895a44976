using System.Text.Json;
using Subloc.MLNet.TorchSharp.Networks;

namespace Subloc.MLNet.TorchSharp.Tests.Networks;

[Collection(TorchTests.Name)]
public sealed class NetworkConfigTests
{
    public static TheoryData<NetworkConfig> BadConfigs =>
    [
        new CnnConfig { Filters = [] },
        new CnnConfig { Filters = [8, 0] },
        new CnnConfig { Kernel = 0 },
        new CnnConfig { Hidden = [-1] },
        new CnnConfig { Dropout = 1 },
        new CnnConfig { Dropout = double.NaN },
        new CnnConfig { Filters = [8, 8, 8, 8, 8, 8] },
        new CnnLstmConfig { Filters = [] },
        new CnnLstmConfig { Kernel = 0 },
        new CnnLstmConfig { Hidden = 0 },
        new CnnLstmConfig { Layers = 0 },
        new CnnLstmConfig { Dropout = -0.1 },
        new ResNetConfig { StemFilters = 0 },
        new ResNetConfig { StemKernel = 0 },
        new ResNetConfig { Blocks = [] },
        new ResNetConfig { Blocks = [new(8, 0)] },
        new ResNetConfig { Blocks = [new(0)] },
        new ResNetConfig { Blocks = [new(6)], BlockKind = ResNetBlockKind.Bottleneck },
        new ResNetConfig { BlockKind = (ResNetBlockKind)7 },
        new ResNetConfig { ConvolutionsPerBlock = 1 },
        new ResNetConfig { ConvolutionsPerBlock = 4 },
        new ResNetConfig { Hidden = [0] },
        new ResNetConfig { Dropout = 2 },
        new MlpConfig { Hidden = [0] },
        new MlpConfig { Dropout = 1 },
        new DescriptorNetConfig { Heads = 0 },
        new DescriptorNetConfig { Hidden = 0 },
        new DescriptorNetConfig { Dropout = 1 },
        new DescriptorNetConfig { DescriptorDropout = -0.1 },
        new LightAttentionConfig { Stem = [0] },
        new LightAttentionConfig { Filters = 0 },
        new LightAttentionConfig { Kernel = 0 },
        new LightAttentionConfig { Hidden = 0 },
        new LightAttentionConfig { Dropout = -1 },
        new DeepLocConfig { Kernels = [] },
        new DeepLocConfig { Kernels = [3, 0] },
        new DeepLocConfig { Filters = 0 },
        new DeepLocConfig { JoinedFilters = 0 },
        new DeepLocConfig { LstmUnits = 0 },
        new DeepLocConfig { AttentionUnits = 0 },
        new DeepLocConfig { AttentionSteps = 0 },
        new DeepLocConfig { Hidden = [0] },
        new DeepLocConfig { Dropout = 1 },
        new TransformerConfig { Width = 0 },
        new TransformerConfig { Width = 132, Heads = 8 },
        new TransformerConfig { Layers = 0 },
        new TransformerConfig { Heads = 0 },
        new TransformerConfig { BlockHidden = 0 },
        new TransformerConfig { StemKernel = 0 },
        new TransformerConfig { StemStride = 0 },
        new TransformerConfig { Window = 0 },
        new TransformerConfig { GlobalEvery = 0 },
        new TransformerConfig { Poolings = 0 },
        new TransformerConfig { Hidden = [0] },
        new TransformerConfig { Dropout = 1 },
        new SublocNetConfig { Descriptors = new DescriptorNetConfig { Heads = 0 } },
    ];

    public static TheoryData<string> Names => [.. NetworkPresets.Names, "mlp", "light-attention-head"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Json_RoundTrip_GivesAnEqualConfig(string name)
    {
        NetworkConfig config = name switch
        {
            "mlp" => new MlpConfig { Hidden = [3, 4] },
            "light-attention-head" => new LightAttentionConfig { Filters = 5 },
            _ => NetworkPresets.Get(name).Config,
        };

        string json = JsonSerializer.Serialize(config, config.GetType());
        object? read = JsonSerializer.Deserialize(json, config.GetType());

        Assert.Equal(config, read);
        Assert.Equal(config.GetHashCode(), read!.GetHashCode());
        Assert.Equal(json, JsonSerializer.Serialize(read, config.GetType()));
        Assert.DoesNotContain("NeedsFixedLength", json, StringComparison.Ordinal);
        Assert.DoesNotContain("TakesVectors", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Equals_OtherList_IsFalse()
    {
        Assert.NotEqual(new CnnConfig { Filters = [32, 65] }, new CnnConfig());
        Assert.NotEqual(new CnnLstmConfig { Filters = [64] }, new CnnLstmConfig());
        Assert.NotEqual(new MlpConfig { Hidden = [64] }, new MlpConfig());
        Assert.NotEqual(new LightAttentionConfig { Stem = [8] }, new LightAttentionConfig { Stem = [9] });
        Assert.NotEqual(new DeepLocConfig { Kernels = [1, 3] }, new DeepLocConfig { Kernels = [1, 5] });
        Assert.NotEqual(new DeepLocConfig { Hidden = [8] }, new DeepLocConfig());
        Assert.NotEqual(new SublocNetConfig { Descriptors = null }, new SublocNetConfig());
        Assert.NotEqual(new TransformerConfig { Hidden = [8] }, new TransformerConfig());
        Assert.NotEqual(new ResNetConfig { Blocks = [new(64, 2)] }, new ResNetConfig { Blocks = [new(64)] });
    }

    [Theory]
    [MemberData(nameof(BadConfigs))]
    public void Build_OutOfRange_IsRefused(NetworkConfig config)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => config.Build(new NetworkShape(20, 60, 3)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void CountWeights_Network_IsTheNumberThatItHolds(string name)
    {
        NetworkConfig config = name switch
        {
            "mlp" => new MlpConfig { Hidden = [3, 4] },
            "light-attention-head" => new LightAttentionConfig { Filters = 5, Kernel = 4 },
            _ => NetworkPresets.Get(name).Config,
        };
        var shape = new NetworkShape(config.NeedsOneHot ? 20 : 7, 100, 3);
        using var network = config.Build(shape);

        Assert.Equal(network.state_dict().Values.Sum(weight => weight.numel()), config.CountWeights(shape));
    }
}
