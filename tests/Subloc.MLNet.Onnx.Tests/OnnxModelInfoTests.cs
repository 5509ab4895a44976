using System.Globalization;
using Google.Protobuf;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.Onnx.Tests;

/// <summary>What a file says about itself, and the one sentence about each file that says nothing useful.</summary>
public sealed class OnnxModelInfoTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("subloc-onnx-");

    [Fact]
    public void Read_OfAWrittenModel_GivesWhatWasWritten()
    {
        string path = Path.Combine(_folder.FullName, "model.onnx");
        File.WriteAllBytes(path, TinyModelFile.Make());

        OnnxModelInfo info = OnnxModelInfo.Read(path);

        Assert.Equal(["Nucleus", "Cytoplasm"], info.ClassNames);
        Assert.Equal(ProteinEncoding.Tokens, info.Encoding);
        Assert.Equal(SequenceEnds.Start, info.LengthPolicy);
        Assert.Equal(50, info.Length);
        Assert.Equal(Alphabet.Letters, info.Alphabet);
        Assert.True(info.IsTokens);
        Assert.Null(info.MaskColumnName);
        Assert.Equal(7, info.Training.GetProperty("seed").GetInt32());
    }

    [Fact]
    public void Read_OfAMissingFile_NamesIt() =>
        Assert.Contains("no.onnx: there is no such model file", Assert.Throws<FileNotFoundException>(() => OnnxModelInfo.Read("no.onnx")).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_OfAnOversizedFile_IsRefusedUnread()
    {
        string path = Path.Combine(_folder.FullName, "large.onnx");
        using (FileStream file = File.Create(path))
            file.SetLength(1L << 33); // A hole, which takes no room.

        AssertRefused(() => OnnxModelInfo.Read(path), "larger than the 2 GB that an ONNX file can have");
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("PK\u0003\u0004", "this is not an ONNX model")]
    [InlineData("\b\b", "the file has no ONNX graph")]
    [InlineData("\bhello, this is a text", "the ONNX file is cut off or damaged")]
    public void Read_OfOtherContent_IsRefused(string content, string sentence) =>
        AssertRefused(() => OnnxModelInfo.Read(System.Text.Encoding.Latin1.GetBytes(content), "f.onnx"), sentence);

    [Fact]
    public void Read_OfEveryTruncation_IsRefusedInOneSentence()
    {
        byte[] whole = TinyModelFile.Make();

        for (int length = 0; length < whole.Length; length++)
            AssertRefused(() => OnnxModelInfo.Read(whole.AsSpan(0, length), "f.onnx"), "f.onnx: ");
    }

    [Fact]
    public void Read_OfDamagedBytes_IsReadOrRefusedInOneSentence()
    {
        byte[] whole = TinyModelFile.Make();
        var random = new Random(4);

        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            Exception? error = Record.Exception(() => OnnxModelInfo.Read(damaged, "f.onnx"));
            Assert.True(error is null or InvalidDataException, error?.ToString());
        }
    }

    [Fact]
    public void Read_WithoutMetadata_IsRefused() =>
        AssertRefused(Read(model => model.MetadataProps.Clear()), "the ONNX file has no 'subloc' entry in its metadata");

    [Theory]
    [InlineData(9, "the model has format 9, this version reads 1; install a newer version")]
    [InlineData(0, "the model has format 0, this version reads 1; export it again")]
    public void Read_OfAnotherFormat_IsRefused(int format, string sentence) =>
        AssertRefused(Read(json => json.Replace("\"format\":1", string.Create(CultureInfo.InvariantCulture, $"\"format\":{format}"), StringComparison.Ordinal)), sentence);

    [Theory]
    [InlineData(7)]
    [InlineData(99)]
    public void Read_OfAnotherOperatorSet_IsRefused(int version) =>
        AssertRefused(Read(model => model.OpsetImport[0].Version = version), $"uses operator set {version}, this version reads 13 to 22");

    [Fact]
    public void Read_WithoutAnOperatorSet_IsRefused() =>
        AssertRefused(Read(model => model.OpsetImport.Clear()), "does not name its operator set");

    [Fact]
    public void Read_WithAnotherInput_IsRefused()
    {
        AssertRefused(
            Read(model => model.Graph.Input[0].Name = "input_ids"),
            "has the inputs input_ids (UInt8, 2 dimensions); expected tokens (UInt8 or Int64, 2 dimensions)");
        AssertRefused(Read(model => model.Graph.Input[0].Type.TensorType.ElemType = 1), "tokens (Float, 2 dimensions); expected tokens");
        AssertRefused(Read(model => model.Graph.Input[0].Type.TensorType.Shape.Dim.RemoveAt(0)), "tokens (UInt8, 1 dimensions); expected");
        AssertRefused(Read(model => model.Graph.Input[0].Type = null), "tokens (0, 0 dimensions); expected");
        AssertRefused(Read(model => model.Graph.Input.Clear()), "has the inputs none; expected tokens");
        AssertRefused(Read(json => json.Replace("\"tokens\"", "\"OneHot\"", StringComparison.Ordinal).Replace("\"Tokens\"", "\"OneHot\"", StringComparison.Ordinal)), "expected features (Float, 3 dimensions) and mask (Float, 2 dimensions)");
    }

    [Fact]
    public void Read_WithAnotherOutput_IsRefused()
    {
        AssertRefused(Read(model => model.Graph.Output[0].Name = "logits"), "has the outputs logits (Float, 2 dimensions); expected probabilities");
        AssertRefused(Read(model => model.Graph.Output[0].Type.TensorType.Shape.Dim[1].DimValue = 5), "gives 5 probabilities but names 2 classes");
    }

    [Theory]
    [InlineData("\"length\":50", "\"length\":0", "claims inputs of 0 positions")]
    [InlineData("\"length\":50", "\"length\":2000000000", "claims inputs of 2000000000 positions")]
    [InlineData("\"channels\":20", "\"channels\":-1", "claims -1 channels")]
    [InlineData("\"Nucleus\",\"Cytoplasm\"", "\"Nucleus\"", "names 1 classes")]
    [InlineData("\"alphabet\":\"ARND", "\"alphabet\":\"DNRA", "reads the residue letters DNRA")]
    [InlineData("\"Start\"", "\"Middle\"", "what the model says about itself cannot be read")]
    [InlineData("\"classNames\":[\"Nucleus\",\"Cytoplasm\"]", "\"classNames\":null", "what the model says about itself cannot be read")]
    [InlineData("\"format\":1,", "", "what the model says about itself cannot be read")]
    [InlineData("{\"format\"", "[\"format\"", "what the model says about itself cannot be read")]
    public void Read_OfAWrongDescription_IsRefused(string from, string to, string sentence)
    {
        Assert.Contains(from, TinyModelFile.Json(), StringComparison.Ordinal);

        AssertRefused(Read(json => json.Replace(from, to, StringComparison.Ordinal)), sentence);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Action Read(Action<ModelProto> change)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(TinyModelFile.Make());
        change(model);
        return () => OnnxModelInfo.Read(model.ToByteArray(), "f.onnx");
    }

    private static Action Read(Func<string, string> change) => Read(model =>
    {
        EntryProto entry = model.MetadataProps.Single(one => one.Key == OnnxModelInfo.MetadataKey);
        entry.Value = change(entry.Value);
    });

    private static void AssertRefused(Action read, string sentence)
    {
        string message = Assert.Throws<InvalidDataException>(read).Message;
        Assert.Contains(sentence, message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
