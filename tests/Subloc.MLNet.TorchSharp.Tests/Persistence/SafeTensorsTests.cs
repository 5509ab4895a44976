using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Subloc.MLNet.TorchSharp.Persistence;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Persistence;

[Collection(TorchTests.Name)]
public sealed class SafeTensorsTests
{
    [Fact]
    public void Write_TwoTensors_FollowsThePublishedLayout()
    {
        byte[] file = Write(("b", tensor(new float[] { 1, 2, 3, 4, 5, 6 }, [2, 3])), ("a", tensor(new long[] { 7 }, [1])));

        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        Assert.Equal((byte)'{', file[8]);
        Assert.Equal(0, (8 + length) % 8);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, length));
        JsonElement a = header.RootElement.GetProperty("a"), b = header.RootElement.GetProperty("b");
        Assert.Equal(("I64", "F32"), (a.GetProperty("dtype").GetString(), b.GetProperty("dtype").GetString()));
        Assert.Equal("[2,3]", b.GetProperty("shape").GetRawText());
        Assert.Equal(("[0,8]", "[8,32]"), (a.GetProperty("data_offsets").GetRawText(), b.GetProperty("data_offsets").GetRawText()));
        Assert.Equal(8 + length + 32, file.Length);
        Assert.Equal([1, 2, 3, 4, 5, 6], MemoryMarshal.Cast<byte, float>(file.AsSpan(8 + length + 8)).ToArray());
    }

    [Fact]
    public void Read_WrittenFile_GivesTheValuesBack()
    {
        using Tensor values = randn(3, 4, 5);
        byte[] file = Write(("values", values));
        using Tensor read = zeros(3, 4, 5);

        SafeTensors.Read(file, new Dictionary<string, Tensor> { ["values"] = read });

        Assert.True(read.allclose(values, rtol: 0, atol: 0));
    }

    [Fact]
    public void Read_TransposedTensor_IsStoredRowByRow()
    {
        using Tensor values = arange(6, float32).view(2, 3).t();
        using Tensor read = zeros(3, 2);

        SafeTensors.Read(Write(("t", values)), new Dictionary<string, Tensor> { ["t"] = read });

        Assert.True(read.allclose(values, rtol: 0, atol: 0));
    }

    [Fact]
    public void Read_CutAnywhere_IsRefused()
    {
        byte[] file = Write(("w", ones(4, 4)));
        using Tensor target = zeros(4, 4);
        var tensors = new Dictionary<string, Tensor> { ["w"] = target };

        for (int length = 0; length < file.Length; length++)
            Assert.Throws<InvalidDataException>(() => SafeTensors.Read(file.AsSpan(0, length), tensors));
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}""", "is F32 [2, 3], the network needs F32 [3, 2]")]
    [InlineData("""{"w":{"dtype":"F64","shape":[3,2],"data_offsets":[0,48]}}""", "is F64 [3, 2], the network needs F32 [3, 2]")]
    [InlineData("""{"v":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]}}""", "lack the tensor 'w'")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3,2],"data_offsets":[8,32]}}""", "cut off or damaged")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3,2],"data_offsets":[-8,16]}}""", "cut off or damaged")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3,2]}}""", "cut off or damaged")]
    [InlineData("""{"w":3}""", "cut off or damaged")]
    [InlineData("""{}""", "hold 0 tensors, the network needs 1")]
    [InlineData("""[1]""", "header of the weights is damaged")]
    [InlineData("""{"w":""", "header of the weights is damaged")]
    public void Read_OtherHeader_SaysWhatIsWrong(string header, string sentence)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = [.. new byte[8], .. json, .. new byte[24]];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        using Tensor target = zeros(3, 2);

        var error = Assert.Throws<InvalidDataException>(() => SafeTensors.Read(file, new Dictionary<string, Tensor> { ["w"] = target }));

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HugeHeaderLength_IsRefusedWithoutMemory()
    {
        byte[] file = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, (byte)'{', (byte)'}'];

        Assert.Throws<InvalidDataException>(() => SafeTensors.Read(file, new Dictionary<string, Tensor>()));
    }

    private static byte[] Write(params (string Name, Tensor Values)[] tensors)
    {
        using var stream = new MemoryStream();
        SafeTensors.Write(stream, tensors.ToDictionary(entry => entry.Name, entry => entry.Values));
        return stream.ToArray();
    }
}
