using Subloc.MLNet.Batching;
using Subloc.MLNet.Explanation;
using Subloc.MLNet.Families;
using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.Scoring;
using Subloc.MLNet.TorchSharp.Export;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Scoring;

/// <summary>A trained network: weights, class names and how it was trained.</summary>
public sealed class ProteinNetworkModel : IGradientScorer, IDisposable
{
    private readonly LocalizationNetwork _network;
    private readonly SharedUse _use;
    private NetworkScorer _scorer;
    private IntegratedGradients _gradients;

    internal ProteinNetworkModel(ModelManifest manifest, NetworkConfig config, LocalizationNetwork network, Device device, ProteinFamilies? families = null)
    {
        Manifest = manifest;
        Families = families;
        _network = network;
        _use = new SharedUse(nameof(ProteinNetworkModel), network.Dispose);
        Shape = new NetworkShape(manifest.Channels, manifest.Length, manifest.ClassNames.Count);
        Config = config;
        _scorer = new NetworkScorer(network, Shape, config.NeedsFixedLength, device, families);
        _gradients = new IntegratedGradients(network, Shape, config.NeedsFixedLength, device);
    }

    /// <summary>Everything about the model but its weights.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Shape of the network.</summary>
    public NetworkConfig Config { get; }

    /// <summary>Names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames => Manifest.ClassNames;

    /// <summary>How the network was trained.</summary>
    public TrainingSummary Training => Manifest.Training;

    /// <summary>Sizes that the network was built for.</summary>
    public NetworkShape Shape { get; }

    /// <summary>
    /// Ends the reading of scored views when cancelled: their cursors throw <see cref="OperationCanceledException"/>. Asked before each
    /// batch, where who reads the rows can only ask before each block. Default none.
    /// </summary>
    public CancellationToken ScoringCancellation { get; set; }

    /// <summary>Number of values that training adjusts.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public long ParameterCount
    {
        get
        {
            long count = 0;
            _use.Run(() => count = Layers.ParameterCount.Trained(_network));
            return count;
        }
    }

    /// <summary>Moves the network to another device.</summary>
    /// <param name="device"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Not while another thread scores.</param>
    /// <exception cref="ArgumentOutOfRangeException">The name is none of these.</exception>
    /// <exception cref="InvalidOperationException">There is no such GPU.</exception>
    public void MoveTo(string device)
    {
        Device target = ComputeDevice.Find(device);
        _use.Run(() =>
        {
            _network.to(target);
            _scorer = new NetworkScorer(_network, Shape, Config.NeedsFixedLength, target, Families);
            _gradients = new IntegratedGradients(_network, Shape, Config.NeedsFixedLength, target);
        });
    }

    /// <summary>Frees the weights once no thread scores any more; the model cannot score afterwards.</summary>
    public void Dispose() => _use.Dispose();

    int IProteinScorer.AttentionLength => Config.GivesAttention ? Shape.Length : 0;

    void IProteinScorer.Score(ProteinSet proteins, ProteinScores scores, Func<bool>? isCancelled) =>
        _use.Run(() => _scorer.Score(proteins, [.. Enumerable.Range(0, proteins.Count)], scores, isCancelled));

    double IGradientScorer.IntegrateGradients(ProteinSet proteins, int classIndex, int steps, float[] importance)
    {
        double difference = 0;
        _use.Run(() => difference = _gradients.Attribute(proteins, classIndex, steps, importance));
        return difference;
    }

    /// <summary>Families whose word is added to the network's; null where there are none.</summary>
    internal ProteinFamilies? Families { get; }

    /// <summary>Reads the weights and running statistics by name.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    internal void ReadWeights(Action<IReadOnlyDictionary<string, Tensor>> read) => _use.Run(() => read(_network.state_dict()));

    /// <summary>Writes the network, or its average with others, as an ONNX model.</summary>
    /// <param name="others">Networks to average it with; none writes the network itself.</param>
    /// <param name="encoding">How sequences become the networks' input; null where it is channels that no encoding makes.</param>
    /// <param name="keep">Which residues of a longer sequence are kept.</param>
    /// <param name="options">How the file is written.</param>
    /// <param name="calibration">Proteins on which features are measured for the networks to calculate with bytes; null for float32.</param>
    /// <exception cref="NotSupportedException">A network does not say how it is exported.</exception>
    /// <exception cref="ObjectDisposedException">A model was disposed.</exception>
    internal OnnxGraph ToOnnx(
        IReadOnlyList<ProteinNetworkModel> others, ProteinEncoding? encoding, SequenceEnds keep, ProteinOnnxExportOptions options, ProteinSet? calibration)
    {
        OnnxGraph? graph = null;
        Action export = () => graph = new NetworkExporter(Manifest, Config, encoding, keep, options)
            .Export([.. others.Prepend(this).Select(model => new TrainedNetwork(model.Manifest.Network, model._network, model.Families))], calibration);
        others.Append(this).Aggregate(export, (inner, model) => () => model._use.Run(inner))();
        return graph!;
    }
}
