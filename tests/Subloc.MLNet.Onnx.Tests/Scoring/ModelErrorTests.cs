using System.Text.Json;
using Google.Protobuf;
using Microsoft.ML;
using Subloc.MLNet.Onnx.Export;

namespace Subloc.MLNet.Onnx.Tests.Scoring;

/// <summary>Files that are no exported models, are damaged, or ask for what must not be done.</summary>
public sealed class ModelErrorTests : IDisposable
{
    private readonly MLContext _context = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Load_AFileThatIsAbsent_SaysSo() =>
        Assert.Contains("there is no such model file", Assert.Throws<FileNotFoundException>(() => Load("absent.onnx")).Message, StringComparison.Ordinal);

    [Fact]
    public void Fit_OnceTheFileIsThere_Works()
    {
        var estimator = _context.Transforms.ApplyProteinOnnx(_folder.At("later.onnx"));
        Assert.Throws<FileNotFoundException>(() => estimator.Fit(Encoded()));

        new CompositionModel().Save(_folder.At("later.onnx"));

        estimator.Fit(Encoded()).Dispose();
    }

    [Theory]
    [InlineData("", "the file is empty; expected an ONNX model.")]
    [InlineData("hello, world", "this is not an ONNX model.")]
    public void Load_AFileThatIsNoModel_SaysSo(string content, string sentence) =>
        Refuse(System.Text.Encoding.UTF8.GetBytes(content), sentence);

    [Fact]
    public void Load_AModelCutOffAnywhere_IsRefused()
    {
        byte[] whole = new CompositionModel().Build().ToBytes();

        for (int length = 1; length < whole.Length; length += 37)
        {
            _folder.Write("cut.onnx", whole[..length]);
            var error = Assert.Throws<InvalidDataException>(() => Load("cut.onnx"));
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public void Load_AFileLargerThanOnnxAllows_IsRefusedUnread()
    {
        using (FileStream file = File.Create(_folder.At("large.onnx")))
            file.SetLength(3L << 30);
        long before = GC.GetTotalAllocatedBytes();

        var error = Assert.Throws<InvalidDataException>(() => Load("large.onnx"));

        Assert.Contains("larger than the 2 GB", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 10 << 20);
    }

    [Fact]
    public void Load_AModelWithoutMetadata_SaysWhatToUse() => Refuse(model => model.MetadataProps.Clear(), "has no 'subloc' entry in its metadata");

    [Theory]
    [InlineData(7)]
    [InlineData(99)]
    public void Load_AnotherOperatorSet_IsRefused(int version) => Refuse(model => model.OpsetImport[0].Version = version, $"uses operator set {version}");

    [Fact]
    public void Load_WrongInputs_NamesBoth() => Refuse(
        model => model.Graph.Input[0].Name = "input_ids", "has the inputs input_ids (Int64, 2 dimensions); expected tokens (UInt8 or Int64, 2 dimensions)");

    [Fact]
    public void Load_WrongOutputs_NamesBoth() => Refuse(
        model => model.Graph.Output[0].Name = "logits", "has the outputs logits (Float, 2 dimensions); expected probabilities");

    [Fact]
    public void Load_AttentionOfAnotherType_NamesBoth() => Refuse(
        model =>
        {
            ValueProto attention = model.Graph.Output[0].Clone();
            attention.Name = "attention";
            attention.Type.TensorType.ElemType = (int)OnnxType.Int64;
            model.Graph.Output.Add(attention);
        },
        "has the outputs probabilities (Float, 2 dimensions), attention (Int64, 2 dimensions); expected probabilities (Float, 2 dimensions) and attention (Float, 2 dimensions)");

    [Fact]
    public void Load_AnOperatorThatDoesNotExist_SaysSo() => Refuse(model => model.Graph.Node[0].OpType = "Teleport", "ONNX Runtime cannot run the model: ");

    [Fact]
    public void Load_AnOperatorOfAnotherLibrary_IsRefused() => Refuse(
        model => model.Graph.Node[0].Domain = "my.ops", "of 'my.ops', which needs a library of its own");

    [Fact]
    public void Load_WeightsInAnotherFile_IsRefused() => Refuse(
        model =>
        {
            model.Graph.Initializer[0].DataLocation = 1;
            model.Graph.Initializer[0].ExternalData.Add(new EntryProto { Key = "location", Value = "/etc/passwd" });
        },
        "in another file, which is not read");

    [Fact]
    public void Load_WeightsOfAnAttributeInAnotherFile_IsRefused() => Refuse(
        model =>
        {
            var inner = new GraphProto();
            var constant = new NodeProto { OpType = "Constant" };
            constant.Attribute.Add(new AttributeProto { Name = "value", T = new TensorProto { Name = "secret", DataLocation = 1 } });
            inner.Node.Add(constant);
            var branch = new NodeProto { OpType = "If" };
            branch.Attribute.Add(new AttributeProto { Name = "then_branch", G = inner });
            model.Graph.Node.Add(branch);
        },
        "keeps 'secret' in another file");

    [Theory]
    [InlineData("length", "2000000", "claims inputs of 2000000 positions")]
    [InlineData("length", "-1", "claims inputs of -1 positions")]
    [InlineData("channels", "0", "claims 0 channels")]
    [InlineData("classNames", "[\"A\"]", "names 1 classes")]
    [InlineData("classNames", "[\"A\",\"B\"]", "gives 4 probabilities but names 2 classes")]
    [InlineData("alphabet", "\"ABC\"", "reads the residue letters ABC")]
    [InlineData("format", "2", "has format 2, this version reads 1; install a newer version")]
    [InlineData("format", "0", "has format 0, this version reads 1; export it again")]
    [InlineData("encoding", "\"Morse\"", "cannot be read")]
    [InlineData("classNames", "null", "cannot be read")]
    [InlineData("temperature", "0", "claims the temperature 0; expected a number above 0")]
    [InlineData("temperature", "-1.5", "claims the temperature -1.5")]
    [InlineData("featureColumnName", "\"\"", "with an empty text")]
    [InlineData("maskColumnName", "\" \"", "with an empty text")]
    public void Load_MetadataThatCannotBe_IsRefused(string property, string value, string sentence) => Refuse(
        model =>
        {
            var json = System.Text.Json.Nodes.JsonNode.Parse(model.MetadataProps[0].Value)!;
            json[property] = System.Text.Json.Nodes.JsonNode.Parse(value);
            model.MetadataProps[0].Value = json.ToJsonString();
        },
        sentence);

    [Fact]
    public void Load_MoreClassesThanThereCanBe_IsRefused() => Refuse(
        model =>
        {
            string[] names = [.. Enumerable.Range(0, 20_000).Select(i => $"class{i}")];
            var json = System.Text.Json.Nodes.JsonNode.Parse(model.MetadataProps[0].Value)!;
            json["classNames"] = JsonSerializer.SerializeToNode(names);
            model.MetadataProps[0].Value = json.ToJsonString();
            model.Graph.Output[0].Type.TensorType.Shape.Dim[1] = new DimensionProto { DimParam = "classes" };
        },
        "names 20000 classes; expected at most 10000");

    [Fact]
    public void Load_ChannelsBeyondAnyMemory_IsRefused() => Refuse(
        new CompositionModel
        {
            Encoding = Transforms.Encoding.ProteinEncoding.OneHot,
            Tell = info => info with { Encoding = null, Length = 100_000, Channels = 1_000_000 },
        }.Build().ToBytes(),
        "more than 2 GB a protein");

    [Fact]
    public void Load_AFixedBatchOfSeveral_IsRefused() => Refuse(
        model => model.Graph.Input[0].Type.TensorType.Shape.Dim[0] = new DimensionProto { DimValue = 8 }, "takes batches of 8 proteins");

    [Fact]
    public void Score_OfAModelThatGivesAnotherNumberOfClasses_SaysSo()
    {
        ModelProto model = ModelProto.Parser.ParseFrom(new CompositionModel().Build().ToBytes());
        model.Graph.Output[0].Type.TensorType.Shape.Dim[1] = new DimensionProto { DimParam = "classes" };
        var json = System.Text.Json.Nodes.JsonNode.Parse(model.MetadataProps[0].Value)!;
        json["classNames"] = JsonSerializer.SerializeToNode((string[])["A", "B", "C"]);
        model.MetadataProps[0].Value = json.ToJsonString();
        _folder.Write("m.onnx", model.ToByteArray());
        using var loaded = _context.Model.LoadProteinOnnx(_folder.At("m.onnx"));

        var error = Assert.Throws<InvalidOperationException>(() => ScoredProteins.Scores(loaded.Transform(ScoredProteins.Load(_context, ["MKV"]))));

        Assert.Contains("ONNX Runtime failed on 1 proteins of 3 positions: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Score_OfAModelThatAsksForAllMemory_SaysSo()
    {
        var graph = new OnnxGraph();
        OnnxValue tokens = graph.Input("tokens", OnnxType.UInt8, "batch", "length");
        OnnxValue size = graph.Mul(graph.SizeOf(tokens, 1), graph.Integers(1_100_000_000));
        OnnxValue largest = graph.ReduceMax(graph.Expand(graph.Constant(1f), size), [0]);
        OnnxValue shape = graph.Concat(0, graph.SizeOf(tokens, 0), graph.Integers(CompositionModel.Classes));
        graph.Output("probabilities", graph.Expand(largest, shape), OnnxType.Float, "batch", CompositionModel.Classes);
        graph.Metadata[OnnxModelInfo.MetadataKey] = JsonSerializer.Serialize(new CompositionModel().Info, ModelReader.Json);
        graph.Save(_folder.At("m.onnx"));
        using var loaded = _context.Model.LoadProteinOnnx(_folder.At("m.onnx"));

        var error = Assert.Throws<InvalidOperationException>(() => ScoredProteins.Scores(loaded.Transform(ScoredProteins.Load(_context, ["MKV"]))));

        Assert.Contains("ONNX Runtime failed on 1 proteins of 3 positions: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("memory", error.Message, StringComparison.Ordinal);
        Assert.InRange(Environment.WorkingSet, 0, 4L << 30);
    }

    [Fact]
    public void Load_SavedModelThatWasChanged_IsRefused()
    {
        var model = new CompositionModel();
        using var loaded = _context.Model.LoadProteinOnnx(model.Save(_folder.At("m.onnx")));
        _context.Model.Save(loaded, ScoredProteins.Load(_context, []).Schema, _folder.At("m.zip"));
        using (var zip = System.IO.Compression.ZipFile.Open(_folder.At("m.zip"), System.IO.Compression.ZipArchiveMode.Update))
        {
            var entry = zip.Entries.Single(entry => entry.FullName.EndsWith("model.onnx", StringComparison.Ordinal));
            string name = entry.FullName;
            entry.Delete();
            using Stream stream = zip.CreateEntry(name).Open();
            stream.Write(new CompositionModel { Length = 51 }.Build().ToBytes());
        }

        Exception error = Assert.ThrowsAny<Exception>(() => _context.Model.Load(_folder.At("m.zip"), out DataViewSchema _));

        while (error.InnerException is { } inner)
            error = inner;
        Assert.Contains("ONNX part was changed or damaged", Assert.IsType<InvalidDataException>(error).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Refuse(Action<ModelProto> change, string sentence)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(new CompositionModel().Build().ToBytes());
        change(model);
        Refuse(model.ToByteArray(), sentence);
    }

    private void Refuse(byte[] content, string sentence)
    {
        string path = _folder.Write("m.onnx", content);

        var loaded = Assert.Throws<InvalidDataException>(() => Load("m.onnx"));
        var fitted = Assert.Throws<InvalidDataException>(() => _context.Transforms.ApplyProteinOnnx(path).Fit(Encoded()));

        Assert.StartsWith($"{path}: ", loaded.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, loaded.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', loaded.Message);
        Assert.Equal(loaded.Message, fitted.Message);
    }

    private IDataView Encoded()
    {
        IDataView data = ScoredProteins.Load(_context, ["MK"]);
        return _context.Transforms.EncodeProtein(new() { Length = 50 }).Fit(data).Transform(data);
    }

    private void Load(string name) => _context.Model.LoadProteinOnnx(_folder.At(name)).Dispose();
}
