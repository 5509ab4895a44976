using Microsoft.ML;
using Subloc.MLNet.Data;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.Onnx.Tests.Export;

/// <summary>ONNX' own checker of 2022 accepts the files, types and shapes of all values included.</summary>
[Collection(TorchTests.Name)]
public sealed class CheckerTests : IDisposable
{
    private const string Program = """
        import onnx, sys
        for path in sys.argv[1:]:
            onnx.checker.check_model(onnx.load(path), full_check=True)
            onnx.shape_inference.infer_shapes(onnx.load(path), check_type=True, strict_mode=True)
            print(path, onnx.load(path).metadata_props[0].key)
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("subloc-onnx-");

    [OnnxCheckerFact]
    public void ExportedFiles_AllPassOnnxChecker()
    {
        List<string> files = [.. NetworkPresets.Names.Select(name => Export(name, NetworkPresets.Get(name).Config))];
        files.Add(Export("faithful", new CnnLstmConfig { SeedFaithful = true }));
        files.Add(Export("embedding", new ResNetConfig { Blocks = [new(8)] }, ResidueInput.Embedding));
        files.Add(Export("own", new OwnNetworkConfig(), ResidueInput.Blosum62));
        files.Add(Export("own-fixed", new OwnNetworkConfig { IsFixed = true }));
        files.Add(Export("channels", new ResNetConfig { Blocks = [new(8)] }, null));
        files.Add(Export("channels-fixed", new CnnConfig(), null));
        files.AddRange(new[] { "cnn2", "resnet1", "resnet3" }.Select(name => Export($"{name}-int8", SeedNetworks.Get(name).Config, settings: new() { Precision = OnnxPrecision.Int8, Calibration = Encode() })));
        files.Add(Export("int16", new ResNetConfig { Blocks = [new(8)] }, settings: new() { Weights = Onnx.Export.WeightStorage.Int16, Temperature = 1.5 }));

        (int code, string output) = OnnxCheckerFactAttribute.Run(Program, [.. files]);

        Assert.True(code == 0, output);
        Assert.Equal(files.Count, output.Split('\n').Length);
    }

    [OnnxCheckerFact]
    public void ADamagedGraph_DoesNotPassOnnxChecker()
    {
        var graph = new Onnx.Export.OnnxGraph();
        var x = graph.Input("x", Onnx.Export.OnnxType.Float, "batch", 3);
        graph.Output("y", graph.Operator("NoSuchOperator", [x]), Onnx.Export.OnnxType.Float, "batch", 3);
        string path = Path.Combine(_folder.FullName, "bad.onnx");
        graph.Save(path);

        Assert.NotEqual(0, OnnxCheckerFactAttribute.Run(Program, path).ExitCode);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static IDataView Encode()
    {
        var context = new MLContext(1);
        IDataView proteins = context.Data.LoadSyntheticProteins(new SyntheticProteinOptions { Count = 20 });
        return context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = 100 }).Fit(proteins).Transform(proteins);
    }

    private string Export(string name, NetworkConfig config, ResidueInput? input = ResidueInput.OneHot, ProteinOnnxExportOptions? settings = null)
    {
        using ProteinNetworkModel model = RandomModel.Make(config, 100, input, spread: false);
        string path = Path.Combine(_folder.FullName, name + ".onnx");
        model.AsTransformer().ExportToOnnx(path, settings ?? new ProteinOnnxExportOptions());
        return path;
    }
}
