using Microsoft.ML;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.TorchSharp.Export;

/// <summary>The network of a pipeline, and how sequences become its input.</summary>
/// <param name="Network">The network.</param>
/// <param name="Before">The parts of the pipeline that come before it.</param>
/// <param name="Encoding">How sequences become its input; null where it is channels that no encoding makes.</param>
/// <param name="Keep">Which residues of a longer sequence are kept.</param>
internal sealed record NetworkInPipeline(
    ProteinNetworkTransformer Network, IReadOnlyList<ITransformer> Before, ProteinEncoding? Encoding, SequenceEnds Keep)
{
    /// <summary>The network's weights and what is known of it.</summary>
    public ProteinNetworkModel Model => Network.Model;

    /// <summary>Finds them.</summary>
    /// <exception cref="InvalidOperationException">The pipeline has no protein network.</exception>
    public static NetworkInPipeline Find(ITransformer pipeline)
    {
        ProteinNetworkTransformer network = ModelFile.FindNetwork(pipeline) ?? throw new InvalidOperationException(
            "The model has no protein network; export a pipeline that ends with a trainer of this library.");
        ITransformer[] before = [.. Parts(pipeline).TakeWhile(part => part != network)];
        ProteinEncodingOptions? encoder = before.OfType<ProteinEncodingTransformer>()
            .LastOrDefault(part => part.Options.OutputColumnName == network.FeatureColumnName)?.Options;
        ProteinEncoding? encoding = network.Model.Manifest.Tokens ? ProteinEncoding.Tokens : encoder?.Encoding;
        return new NetworkInPipeline(network, before, encoding, encoder?.Keep ?? SequenceEnds.Both);
    }

    /// <summary>Reads the proteins on which an export in bytes measures features; null where it is in float32.</summary>
    public ProteinSet? ReadCalibration(ProteinOnnxExportOptions options) => options.Precision == OnnxPrecision.Int8
        ? Network.Read(Before.Aggregate(options.Calibration!, (view, part) => part.Transform(view)), options.CalibrationCount)
        : null;

    /// <summary>What keeps another network from being averaged with this one; null if nothing does.</summary>
    public string? DifferenceFrom(NetworkInPipeline other)
    {
        ModelManifest one = Model.Manifest, two = other.Model.Manifest;
        return !one.ClassNames.SequenceEqual(two.ClassNames) ? "other compartments"
            : one.Length != two.Length ? $"inputs of {two.Length} positions instead of {one.Length}"
            : Encoding != other.Encoding || one.Tokens != two.Tokens || (!one.Tokens && one.Channels != two.Channels) || Keep != other.Keep ? "another encoding"
            : Model.Config.NeedsFixedLength != other.Model.Config.NeedsFixedLength ? "a network that reads padding differently"
            : null;
    }

    private static IEnumerable<ITransformer> Parts(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];
}
