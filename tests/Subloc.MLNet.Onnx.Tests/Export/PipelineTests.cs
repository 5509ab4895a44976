using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Subloc.MLNet.Data;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.Onnx.Tests.Export;

/// <summary>Pipelines that were trained, saved and loaded export what they learned and how they encode.</summary>
[Collection(TorchTests.Name)]
public sealed class PipelineTests : IDisposable
{
    private const int Length = 64;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("subloc-onnx-");
    private readonly MLContext _context = new(1);

    [Theory]
    [InlineData(SequenceEnds.Start, ProteinEncoding.Tokens)]
    [InlineData(SequenceEnds.End, ProteinEncoding.Tokens)]
    [InlineData(SequenceEnds.Both, ProteinEncoding.OneHot)]
    [InlineData(SequenceEnds.Start, ProteinEncoding.Blosum62)]
    public void ExportToOnnx_OfALoadedPipeline_DescribesAndScoresAsItDoes(SequenceEnds keep, ProteinEncoding encoding)
    {
        string[] sequences = ["MKKLLWARND", "MW", new string('A', 30) + new string('W', 60) + "KDEL"];
        ITransformer model = Load(Train(keep, encoding));
        string path = Path.Combine(_folder.FullName, "model.onnx");

        model.ExportToOnnx(path);

        OnnxModelInfo info = OnnxModelInfo.Read(path);
        Assert.Equal((keep, encoding, Length), (info.LengthPolicy, info.Encoding, info.Length));
        Assert.Equal(encoding == ProteinEncoding.Tokens ? null : "Mask", info.MaskColumnName);
        Assert.Equal("cnn-lstm", info.Network);
        Assert.Equal(10, info.ClassNames.Count);
        Assert.Contains("Subloc.MLNet.Onnx", info.MadeBy.Keys);
        using var exported = new ExportedModel(model);
        byte[][] proteins = [.. sequences.Select(sequence => Encode(sequence, keep))];
        float[][] actual = encoding == ProteinEncoding.Tokens ? exported.Score(proteins) : exported.Score([.. proteins.Select(one => Channels(one, encoding))], 20);
        foreach ((float[] expected, float[] scores) in Score(model, sequences).Zip(actual))
            Assert.All(expected.Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void ExportToOnnx_OverAFile_ReplacesItAndLeavesNothingElse()
    {
        string path = Path.Combine(_folder.FullName, "model.onnx");
        File.WriteAllText(path, "old");
        using var model = RandomModel.Make(new CnnConfig(), Length);

        model.AsTransformer().ExportToOnnx(path);

        Assert.Equal(Length, OnnxModelInfo.Read(path).Length);
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public void ExportToOnnx_OfAPipelineWithoutANetwork_IsRefused()
    {
        ITransformer model = _context.Transforms.EncodeProtein().Fit(_context.Data.LoadSyntheticProteins(new SyntheticProteinOptions { Count = 20 }));

        var error = Assert.Throws<InvalidOperationException>(() => model.ExportToOnnx(new MemoryStream()));

        Assert.Contains("no protein network", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static byte[] Encode(string sequence, SequenceEnds keep)
    {
        var tokens = new byte[Length];
        return tokens[..SequenceTokens.Encode(sequence, keep, tokens)];
    }

    private static float[] Channels(byte[] tokens, ProteinEncoding encoding)
    {
        float[] table = [.. encoding == ProteinEncoding.OneHot ? Alphabet.OneHotTable : Alphabet.Blosum62Table];
        return [.. tokens.SelectMany(token => table.AsSpan(token * 20, 20).ToArray())];
    }

    private string Train(SequenceEnds keep, ProteinEncoding encoding)
    {
        IDataView proteins = _context.Data.LoadSyntheticProteins(new SyntheticProteinOptions { Count = 60, MaxLength = 80 });
        IDataView data = _context.Transforms.Conversion
            .MapValueToKey(ColumnNames.Label, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(proteins).Transform(proteins);
        IEstimator<ITransformer> encode = _context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = Length, Keep = keep, Encoding = encoding });
        if (encoding != ProteinEncoding.Tokens)
            encode = encode.Append(_context.Transforms.IndicateSequenceMask());
        var options = new ProteinNetworkOptions
        {
            Network = new CnnLstmConfig { Filters = [8, 8], Hidden = 8 },
            Epochs = 2,
            Threads = 1,
            LearningRate = 0.02,
            Device = "cpu",
        };
        ITransformer fitted = encode.Append(_context.MulticlassClassification.Trainers.ProteinNetwork(options)).Fit(data);
        string path = Path.Combine(_folder.FullName, "model.zip");
        _context.Model.Save(fitted, data.Schema, path);
        return path;
    }

    private ITransformer Load(string path) => ModelFile.Load(_context, path, out DataViewSchema? _);

    private float[][] Score(ITransformer model, string[] sequences)
    {
        IDataView data = _context.Data.LoadFromEnumerable(sequences.Select(sequence => new Protein(sequence)));
        return [.. model.Transform(data).GetColumn<float[]>(ColumnNames.Score)];
    }

    private sealed record Protein(string Sequence);
}
