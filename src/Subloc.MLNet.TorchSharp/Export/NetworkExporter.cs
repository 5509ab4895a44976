using System.Text.Json;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Onnx;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.Transforms.Encoding;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Export;

/// <summary>Writes a trained network as an ONNX model: input, encoding and masking around what the network itself exports.</summary>
/// <param name="manifest">Describes the model.</param>
/// <param name="config">Shape of the network.</param>
/// <param name="encoding">How sequences become the network's input; null where it is channels that no encoding makes.</param>
/// <param name="keep">Which residues of a longer sequence are kept.</param>
/// <param name="options">How the file is written.</param>
internal sealed class NetworkExporter(
    ModelManifest manifest, NetworkConfig config, ProteinEncoding? encoding, SequenceEnds keep, ProteinOnnxExportOptions options)
{
    private readonly OnnxGraph _graph = new() { WeightStorage = options.Weights };

    /// <summary>Makes the model.</summary>
    /// <param name="network">The trained network, in evaluation mode.</param>
    /// <param name="calibration">Proteins on which features are measured for the network to calculate with bytes; null for float32.</param>
    /// <exception cref="NotSupportedException">The network is of the user's own and does not say how it is exported.</exception>
    public OnnxGraph Export(LocalizationNetwork network, ProteinSet? calibration)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        IOnnxNetwork body = network.Network as IOnnxNetwork ?? throw new NotSupportedException(
            $"The network '{manifest.Network}' cannot be exported to ONNX, because its module {network.Network.GetType().Name} does not implement {nameof(IOnnxNetwork)}; implement it there.");
        bool lengthens = config.NeedsFixedLength && body is not IAnyLengthOnnxNetwork;
        (OnnxValue channels, OnnxValue mask) = network.Input is { } input ? ReadTokens(input, lengthens) : ReadChannels(lengthens);
        OnnxScores scores = body.Export(_graph, channels, mask);
        OnnxValue probabilities = _graph.Softmax(Temper(scores.Logits));
        _graph.Output(ModelValues.Probabilities, probabilities, OnnxType.Float, ModelValues.Batch, manifest.ClassNames.Count);
        if (scores.Attention is { } attention)
            ExportAttention(attention);
        OnnxModelInfo info = Describe(ParameterCount.Trained(network), calibration is null ? OnnxPrecision.Float32 : OnnxPrecision.Int8);
        info.WriteTo(_graph);
        options.Card?.WriteTo(_graph);
        if (calibration is not null)
            _graph.RoundToBytes(info, calibration);
        return _graph;
    }

    private (OnnxValue Channels, OnnxValue Mask) ReadTokens(ResidueChannels input, bool lengthens)
    {
        OnnxValue tokens = _graph.Input(ModelValues.Tokens, OnnxType.UInt8, ModelValues.Batch, ModelValues.Length);
        if (lengthens)
            tokens = _graph.PadTo(tokens, 2, 1, manifest.Length);                              // [B, L]
        OnnxValue channels = _graph.Gather(_graph.Weights(input.Rows), _graph.Cast(tokens, OnnxType.Int32)); // [B, L, D]
        return (_graph.Transpose(channels, 0, 2, 1), MakeMask(tokens));                        // [B, D, L], [B, L]
    }

    private (OnnxValue Channels, OnnxValue Mask) ReadChannels(bool lengthens)
    {
        OnnxValue features = _graph.Input(ModelValues.Features, OnnxType.Float, ModelValues.Batch, ModelValues.Length, manifest.Channels);
        OnnxValue mask = MakeMask(_graph.Input(ModelValues.Mask, OnnxType.Float, ModelValues.Batch, ModelValues.Length));
        if (lengthens)
        {
            features = _graph.PadTo(features, 3, 1, manifest.Length);                          // [B, L, D]
            mask = _graph.PadTo(mask, 2, 1, manifest.Length);                                  // [B, L]
        }

        return (_graph.Transpose(_graph.Mul(features, _graph.Unsqueeze(mask, 2)), 0, 2, 1), mask); // [B, D, L], [B, L]
    }

    private OnnxValue Temper(OnnxValue logits) =>
        options.Temperature == 1 ? logits : _graph.Div(logits, _graph.Constant((float)options.Temperature));

    // 1 where a value is not zero.
    private OnnxValue MakeMask(OnnxValue values) => _graph.Cast(_graph.Cast(values, OnnxType.Bool), OnnxType.Float);

    // A network of fixed length gives a weight for positions that it was lengthened by as well.
    private void ExportAttention(OnnxValue attention)
    {
        if (config.NeedsFixedLength)
        {
            string input = manifest.Tokens ? ModelValues.Tokens : ModelValues.Mask;
            OnnxValue length = _graph.SizeOf(_graph.Find(input), 1);
            attention = _graph.Operator("Slice", [attention, _graph.Integers(0), length, _graph.Integers(1)]);
        }

        _graph.Output(ModelValues.Attention, attention, OnnxType.Float, ModelValues.Batch, ModelValues.Length);
    }

    private OnnxModelInfo Describe(long parameters, OnnxPrecision precision)
    {
        var made = new SortedDictionary<string, string>(manifest.Packages.ToDictionary(), StringComparer.Ordinal)
        {
            ["Subloc.MLNet.Onnx"] = PackageVersions.Of(typeof(OnnxModelInfo)),
        };
        return new OnnxModelInfo
        {
            Format = OnnxModelInfo.CurrentFormat,
            ClassNames = manifest.ClassNames,
            Alphabet = Alphabet.Letters,
            Encoding = encoding,
            Length = manifest.Length,
            Channels = manifest.Channels,
            LengthPolicy = keep,
            Network = manifest.Network,
            Config = manifest.Config,
            ResidueInput = manifest.Tokens ? manifest.Input.ToString() : null,
            Precision = precision,
            ParameterCount = parameters,
            Training = JsonSerializer.SerializeToElement(manifest.Training, ManifestJson.Options),
            MadeBy = made,
            FeatureColumnName = manifest.FeatureColumnName,
            MaskColumnName = manifest.MaskColumnName,
            Temperature = options.Temperature,
        };
    }
}
