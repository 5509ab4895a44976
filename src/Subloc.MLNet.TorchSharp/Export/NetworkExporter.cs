using System.Text.Json;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Families;
using Subloc.MLNet.Onnx;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.Transforms.Encoding;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Export;

/// <summary>Writes a trained network, or the average of several, as an ONNX model: input, encoding and masking around what the network itself exports.</summary>
/// <param name="manifest">Describes the model, and of several the first one.</param>
/// <param name="config">Shape of the network, and of several the first one.</param>
/// <param name="encoding">How sequences become the network's input; null where it is channels that no encoding makes.</param>
/// <param name="keep">Which residues of a longer sequence are kept.</param>
/// <param name="options">How the file is written.</param>
internal sealed class NetworkExporter(
    ModelManifest manifest, NetworkConfig config, ProteinEncoding? encoding, SequenceEnds keep, ProteinOnnxExportOptions options)
{
    private readonly OnnxGraph _graph = new() { WeightStorage = options.Weights, IsForOnnxRuntime = options.Precision == OnnxPrecision.Int8 };

    /// <summary>Makes the model.</summary>
    /// <param name="trained">The networks, in evaluation mode; the logits of several are averaged.</param>
    /// <param name="calibration">Proteins on which features are measured for the networks to calculate with bytes; null for float32.</param>
    /// <exception cref="ArgumentException">Networks have different families.</exception>
    /// <exception cref="NotSupportedException">A network is of the user's own and does not say how it is exported.</exception>
    public OnnxGraph Export(IReadOnlyList<TrainedNetwork> trained, ProteinSet? calibration)
    {
        ProteinFamilies? families = AverageFamilies(trained);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        IOnnxNetwork[] bodies = [.. trained.Select(one => BodyOf(one.Kind, one.Network.Network))];
        LocalizationNetwork[] networks = [.. trained.Select(one => one.Network)];
        bool lengthens = config.NeedsFixedLength && bodies.Any(body => body is not IAnyLengthOnnxNetwork);
        (Func<LocalizationNetwork, OnnxValue> channels, OnnxValue mask) = manifest.Tokens ? ReadTokens(lengthens) : ReadChannels(lengthens);
        OnnxScores[] scores = [.. networks.Zip(bodies, (network, body) => body.Export(_graph, channels(network), mask))];
        OnnxValue probabilities = _graph.Softmax(Temper(Move(Average([.. scores.Select(score => score.Logits)]))));
        _graph.Output(ModelValues.Probabilities, probabilities, OnnxType.Float, ModelValues.Batch, manifest.ClassNames.Count);
        OnnxValue[] attentions = [.. scores.Select(score => score.Attention).OfType<OnnxValue>()];
        if (attentions.Length > 0)
            ExportAttention(Average(attentions));
        OnnxModelInfo info = Describe(networks, families, calibration is null ? OnnxPrecision.Float32 : OnnxPrecision.Int8);
        info.WriteTo(_graph);
        if (families is not null)
            _graph.Metadata[OnnxModelInfo.FamiliesKey] = FamilyFile.WriteText(families);
        options.Card?.WriteTo(_graph);
        if (calibration is not null)
            _graph.RoundToBytes(info, calibration);
        return _graph;
    }

    private static IOnnxNetwork BodyOf(string kind, nn.Module body) => body as IOnnxNetwork ?? throw new NotSupportedException(
        $"The network '{kind}' cannot be exported to ONNX, because its module {body.GetType().Name} does not implement {nameof(IOnnxNetwork)}; implement it there.");

    // In the mean of several networks' logits, the families' word counts as much as there are networks that have it.
    private static ProteinFamilies? AverageFamilies(IReadOnlyList<TrainedNetwork> trained)
    {
        ProteinFamilies[] all = [.. trained.Select(one => one.Families).OfType<ProteinFamilies>()];
        if (all.Skip(1).Any(other => other != all[0] && !FamilyFile.Write(other).AsSpan().SequenceEqual(FamilyFile.Write(all[0]))))
            throw new ArgumentException("The models have different families, which cannot be averaged; train them on the same proteins, or leave the families out of all but one.");
        return all.Length == 0 ? null : all[0].Weighing(all[0].Options.Weight * all.Length / trained.Count);
    }

    private OnnxValue Average(OnnxValue[] values) => values.Length == 1
        ? values[0]
        : _graph.Div(values.Aggregate(_graph.Add), _graph.Constant((float)values.Length));

    private (Func<LocalizationNetwork, OnnxValue> Channels, OnnxValue Mask) ReadTokens(bool lengthens)
    {
        OnnxValue tokens = _graph.Input(ModelValues.Tokens, OnnxType.UInt8, ModelValues.Batch, ModelValues.Length);
        if (lengthens)
            tokens = _graph.PadTo(tokens, 2, 1, manifest.Length);                              // [B, L]
        OnnxValue indices = _graph.Cast(tokens, OnnxType.Int32);
        return (network => _graph.Transpose(_graph.Gather(_graph.Weights(network.Input!.Rows), indices), 0, 2, 1), MakeMask(tokens)); // [B, D, L], [B, L]
    }

    private (Func<LocalizationNetwork, OnnxValue> Channels, OnnxValue Mask) ReadChannels(bool lengthens)
    {
        OnnxValue features = _graph.Input(ModelValues.Features, OnnxType.Float, ModelValues.Batch, ModelValues.Length, manifest.Channels);
        OnnxValue mask = MakeMask(_graph.Input(ModelValues.Mask, OnnxType.Float, ModelValues.Batch, ModelValues.Length));
        if (lengthens)
        {
            features = _graph.PadTo(features, 3, 1, manifest.Length);                          // [B, L, D]
            mask = _graph.PadTo(mask, 2, 1, manifest.Length);                                  // [B, L]
        }

        OnnxValue channels = _graph.Transpose(_graph.Mul(features, _graph.Unsqueeze(mask, 2)), 0, 2, 1); // [B, D, L]
        return (_ => channels, mask);                                                          // [B, D, L], [B, L]
    }

    private OnnxValue Move(OnnxValue logits) => options.ClassOffsets.Count == 0
        ? logits
        : _graph.Add(logits, _graph.Constant<float>([.. options.ClassOffsets.Select(offset => (float)offset)], [options.ClassOffsets.Count]));

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

    // A network that counts twice in the average stands in the graph once.
    private static bool HaveSameWeights(LocalizationNetwork one, LocalizationNetwork other)
    {
        Tensor[] weights = [.. one.parameters()], others = [.. other.parameters()];
        return weights.Length == others.Length && weights.Zip(others).All(pair => pair.First.Equals(pair.Second));
    }

    private OnnxModelInfo Describe(LocalizationNetwork[] networks, ProteinFamilies? families, OnnxPrecision precision)
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
            Networks = networks.Length,
            Families = families?.Count ?? 0,
            Config = manifest.Config,
            ResidueInput = manifest.Tokens ? manifest.Input.ToString() : null,
            Precision = precision,
            HasShortSums = precision == OnnxPrecision.Int8,
            ParameterCount = networks.Where((network, i) => !networks.Take(i).Any(other => HaveSameWeights(network, other))).Sum(ParameterCount.Trained),
            Training = JsonSerializer.SerializeToElement(manifest.Training, ManifestJson.Options),
            MadeBy = made,
            FeatureColumnName = manifest.FeatureColumnName,
            MaskColumnName = manifest.MaskColumnName,
            Temperature = options.Temperature,
            ClassOffsets = options.ClassOffsets,
        };
    }
}
