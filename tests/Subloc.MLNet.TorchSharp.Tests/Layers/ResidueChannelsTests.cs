using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Layers;

[Collection(TorchTests.Name)]
public sealed class ResidueChannelsTests
{
    [Theory]
    [InlineData(ResidueInput.OneHot, ScalarType.Byte)]
    [InlineData(ResidueInput.OneHot, ScalarType.Int64)]
    [InlineData(ResidueInput.Blosum62, ScalarType.Byte)]
    public void Forward_Tokens_LooksUpTheTable(ResidueInput input, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var layer = new ResidueChannels(input);
        var tokens = tensor(new byte[] { 1, 24, 21, 20, 5, 0 }).view(2, 3).to_type(type);
        float[] table = (input == ResidueInput.OneHot ? Alphabet.OneHotTable : Alphabet.Blosum62Table).ToArray();

        var channels = layer.forward(tokens);

        Assert.Equal([2L, 20, 3], channels.shape);
        Assert.True(channels.transpose(1, 2).is_contiguous());
        for (int b = 0; b < 2; b++)
            for (int l = 0; l < 3; l++)
            {
                int token = (int)tokens[b, l].to_type(ScalarType.Int64).item<long>();
                Assert.Equal(table.AsSpan(token * 20, 20).ToArray(), channels[b].select(1, l).contiguous().data<float>().ToArray());
            }
    }

    [Theory]
    [InlineData(ResidueInput.OneHot)]
    [InlineData(ResidueInput.Blosum62)]
    public void StateDict_Tables_AreNotStored(ResidueInput input)
    {
        using var layer = new ResidueChannels(input);

        Assert.Empty(layer.state_dict());
        layer.to(ScalarType.Float64);

        using var tokens = ones(1, 3, dtype: ScalarType.Byte);
        using var channels = layer.forward(tokens);
        Assert.Equal(ScalarType.Float64, channels.dtype);
        Assert.Empty(layer.state_dict());
        Assert.Empty(layer.parameters());
    }

    [Fact]
    public void Embedding_Trained_LeavesPaddingZero()
    {
        using var scope = NewDisposeScope();
        using var layer = new ResidueChannels(ResidueInput.Embedding, 6);
        using var optimizer = optim.SGD(layer.parameters(), 1);
        var tokens = tensor(new byte[] { 3, 4, 0 }).view(1, 3);
        layer.forward(tokens).sum().backward();
        optimizer.step();

        var channels = layer.forward(tokens);

        Assert.Equal(6, layer.Channels);
        Assert.Equal([1L, 6, 3], channels.shape);
        Assert.Equal(0, channels.select(2, 2).abs().max().item<float>());
        Assert.Equal(["embedding.weight"], layer.state_dict().Keys);
        Assert.True(layer.parameters().Single().grad![3].abs().sum().item<float>() > 0);
    }

    [Fact]
    public void Mask_Tokens_IsTrueOnResidues()
    {
        using var scope = NewDisposeScope();

        var mask = ResidueChannels.Mask(tensor(new byte[] { 1, 24, 0 }).view(1, 3));

        Assert.Equal([true, true, false], mask.data<bool>().ToArray());
    }

    [Fact]
    public void Constructor_BadArguments_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ResidueChannels((ResidueInput)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ResidueChannels(ResidueInput.Embedding, 0));
    }
}
